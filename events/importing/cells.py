"""The cells of one row under the names of their columns, and what is collected while they are read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from events.importing import values
from events.importing.columns import Columns
from events.importing.files import Cell
from events.importing.problems import Problem, Unreadable
from events.models import Event

LONGEST_TEXT = 10_000
IS_TOO_LONG = "{limit:,}文字以内にしてください（いまは{length:,}文字です）。"
MOVED = "このままの文で「{label}」に入れます。"
HAS_NO_ROOM = "「{label}」に入りきらないため、取り込みません。"
SEVERAL_LINES = {"access", "remarks", "application_note", "description"}


@dataclass
class Reading:
    """What one row says. `values` are fields of the event, "region", "themes" and "tags"; what is left out there is
    left as it is in an event that exists already."""

    number: int
    values: dict = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        return any(problem.is_error for problem in self.problems)


class CellReader:
    """Gives the cells of a row, and takes values and problems."""

    def __init__(self, columns: Columns):
        self.columns = columns

    def begin(self, number: int, cells: list[Cell]) -> None:
        self.cells, self.reading = cells, Reading(number)

    def cell(self, key: str) -> Cell:
        place = self.columns.places.get(key)
        return self.cells[place] if place is not None and place < len(self.cells) else None

    def raw(self, key: str) -> str:
        return values.text_of(self.cell(key))

    def text(self, key: str) -> str:
        """The text under ``key``, "" for nothing and for what is no text at all."""
        text = self.raw(key)
        if values.is_blank(text):
            return ""
        if values.is_miscalculated(text):
            self.tell(key, values.IS_MISCALCULATED)
            return ""
        return text if key in SEVERAL_LINES else values.one_line(text)

    def tell(self, key: str, sentence: str, *, is_error: bool = False) -> None:
        header = self.columns.headers.get(key, key)
        self.reading.problems.append(Problem(header, self.raw(key), sentence, is_error))

    def errors(self) -> int:
        return sum(problem.is_error for problem in self.reading.problems)

    def understand(self, key: str, read: Callable, *, is_error: bool = False):
        """What ``read`` makes of the text under ``key``; None for nothing, and for what it cannot read."""
        text = self.text(key)
        if not text:
            return None
        try:
            return read(text)
        except Unreadable as error:
            self.tell(key, str(error), is_error=is_error)
            return None

    def put(self, name: str, value, *, key: str = "", is_error: bool = False) -> None:
        """Give the field ``name`` a value, unless there is none or it is too long."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            limit = Event._meta.get_field(name).max_length or LONGEST_TEXT
            if len(value) > limit:
                sentence = IS_TOO_LONG.format(limit=limit, length=len(value))
                self.tell(key or name, sentence, is_error=is_error)
                return
        self.reading.values[name] = value

    def put_text(self, *names: str) -> None:
        for name in names:
            self.put(name, self.text(name))

    def move(self, key: str, name: str, text: str = "", sentence: str = MOVED) -> None:
        """Add a cell that is no value of its own kind to the text of another field, and say so."""
        label = str(Event._meta.get_field(name).verbose_name)
        known = self.reading.values.get(name, "")
        joined = "／".join(filter(None, [known, text or values.one_line(self.raw(key))]))
        limit = Event._meta.get_field(name).max_length or LONGEST_TEXT
        if len(joined) > limit:
            self.tell(key, HAS_NO_ROOM.format(label=label))
            return
        self.reading.values[name] = joined
        self.tell(key, sentence.format(label=label))
