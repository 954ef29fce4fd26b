"""What is wrong with a knowledge base, said to the editor who can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: in which file, on which line (from 1), in which field, and what to do."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}, {self.field}: {self.sentence}" if self.field else f"{where}: {self.sentence}"


class KnowledgeBaseBroken(Exception):
    """The articles cannot be used; `problems` holds every one found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
