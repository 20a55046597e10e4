"""`pulsecheck`, but that one step definition is planted which asserts nothing."""

from pytest_bdd.steps import step_function_context_registry

from harness import cli
from harness.steps import studio
from harness.world.world import World


def category_lists(world: World, category: str, names: str) -> None:
    """Says nothing of what it sees."""


if __name__ == "__main__":
    for context in step_function_context_registry.values():
        if context.step_func is studio.category_lists:
            context.step_func = category_lists
    cli.main()
