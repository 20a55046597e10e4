"""What is wrong with a suite itself, said to the one who wrote it."""


class SuiteError(Exception):
    """A part of the suite cannot be used as it is: where, what is wrong, and what to do."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(where, problem, remedy)
        self.where = where
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}\n  {self.remedy}"
