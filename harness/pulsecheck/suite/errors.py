"""Errors in a suite, for the author of the suite."""


class SuiteError(Exception):
    """A part of the suite is invalid: `where`, the `problem`, and the `remedy`."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(where, problem, remedy)
        self.where = where
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}\n  {self.remedy}"
