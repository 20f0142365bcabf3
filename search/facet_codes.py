"""Facet values as small numbers: counting them in PostgreSQL is three times as fast as counting texts."""

from zlib import crc32

from taxonomy import registry
from taxonomy.models import NATION_CODE

# Stands once in every entry, so that its count is the total.
TOTAL = 0
PREFECTURES = range(1, 48)
NATION = 48
THEMES = range(100, 200)
KINDS = range(10_000, 1_010_000)


def of_prefecture(code: str) -> int:
    return NATION if code == NATION_CODE else int(code)


def of_theme(slug: str) -> int:
    return THEMES.start + registry.themes()[slug].position


def of_kind(kind: str) -> int:
    """A number from the kind's name; the kinds themselves are known to `organizations` only."""
    return KINDS.start + crc32(kind.encode()) % len(KINDS)


def of_place(code: str) -> int:
    """The number of a municipality or ward; these are counted apart, inside one prefecture only."""
    return int(code)
