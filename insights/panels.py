"""The parts of the page of numbers, and the registry in which each app puts its own.

A panel is numbers, tables and links; the page, its print and the files for spreadsheets are made of that. An app above
this one registers what it counts, in a module that its `apps.py` imports when the site starts::

    @register("demand", "はじめの一歩で寄せられた声", is_local=True)
    def demand(asked: Question) -> Panel:
        rows = [[theme, count] for theme, count in ...]
        return Panel(tables=[Table("themes", "分野ごとの数", ["分野", "件数"], rows)])
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.safestring import SafeString

from insights.periods import Period

KEPT_FOR = 10 * 60


@dataclass(frozen=True)
class Question:
    """What the reader wants numbers about; ``prefecture`` is a code, "" for the whole nation."""

    period: Period
    prefecture: str = ""


@dataclass(frozen=True)
class Link:
    text: str
    url: str
    # Shown to those only who have it: "mailing.view_outgoingmail".
    permission: str = ""

    def __str__(self):
        return self.text


# What may stand in a table. None is not known, which is not 0.
Cell = str | int | float | date | Link | None


@dataclass(frozen=True)
class Figure:
    """One number to be seen at once."""

    label: str
    value: int | float | None
    unit: str = "件"


@dataclass(frozen=True)
class Table:
    """The first cell of each row names it. `name` is unique in its panel and stands in the address of its file."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chart: SafeString | str = ""
    # Said in the place of the table when there are no rows.
    empty: str = "まだありません。"
    # Shown at once, or folded below its chart.
    is_open: bool = False
    # So wide that it stays on the screen: a sheet of paper has no room for it.
    is_matrix: bool = False


@dataclass(frozen=True)
class Panel:
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    links: Sequence[Link] = ()
    # Sentences that say what was counted.
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Registered:
    name: str
    title: str
    make: Callable[..., Panel]
    # Whether its numbers follow the chosen prefecture.
    is_local: bool
    # Whether it depends on what the reader may see, and is made for each reader anew: ``make(asked, user)``.
    is_personal: bool

    def panel(self, asked: Question, user) -> Panel:
        if self.is_personal:
            return self.make(asked, user)
        return kept(self.name, self.heard(asked), self.make)

    def heard(self, asked: Question) -> Question:
        """What of a question matters here."""
        return asked if self.is_local else Question(asked.period)


_registered: dict[str, Registered] = {}


def register(name: str, title: str, *, is_local: bool = False, is_personal: bool = False):
    """Show what the decorated function answers to a `Question` on the page, below what was registered before.

    Its answer is kept for ten minutes for all readers, unless it ``is_personal``. At most three queries, please.
    """

    def remember(make: Callable[..., Panel]) -> Callable[..., Panel]:
        _registered[name] = Registered(name, title, make, is_local, is_personal)
        return make

    return remember


def registered() -> list[Registered]:
    return list(_registered.values())


def registered_as(name: str) -> Registered | None:
    return _registered.get(name)


def kept(name: str, asked: Question, make: Callable[[Question], object]):
    """What ``make(asked)`` answers, kept for ten minutes."""
    parts = (connection.settings_dict["NAME"], name, asked.period.name, asked.prefecture, timezone.localdate())
    return cache.get_or_set("insights:" + ":".join(map(str, parts)), lambda: make(asked), KEPT_FOR)
