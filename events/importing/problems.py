"""What is wrong with a cell, in words for whoever made the table."""

from dataclasses import dataclass

# More of a cell is not shown again.
SHOWN = 60


class Unreadable(ValueError):
    """The cell cannot be read; the text says what to write instead."""


@dataclass(frozen=True)
class Problem:
    """One cell: an error keeps its row out, anything else concerns this cell only."""

    column: str
    cell: str
    sentence: str
    is_error: bool = False

    def as_json(self) -> list:
        text = " ".join(self.cell.split())
        return [self.column, text[:SHOWN] + ("…" if len(text) > SHOWN else ""), self.sentence, self.is_error]
