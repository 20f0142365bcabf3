"""Regions and themes held in the memory of each process.

Both tables change only when `load_taxonomy` runs with a new official edition, while
every list, card and filter names them: reading them once per process saves each page
several queries. `clear()` forgets them; the loading command calls it.
"""

from collections.abc import Callable
from functools import cache

from taxonomy.codes import current_code
from taxonomy.models import NATION_CODE, Region, RegionKind, Theme


@cache
def regions() -> dict[str, Region]:
    """All regions by code, in the order of their codes."""
    return {region.code: region for region in Region.objects.order_by("code")}


@cache
def themes() -> dict[str, Theme]:
    """All themes by slug, in the ministry's order."""
    return {theme.slug: theme for theme in Theme.objects.order_by("position")}


@cache
def prefectures() -> tuple[Region, ...]:
    return tuple(region for region in regions().values() if region.kind == RegionKind.PREFECTURE)


@cache
def municipalities_of(prefecture_code: str) -> tuple[Region, ...]:
    """Municipalities and wards of a prefecture in the order of their codes; none for 全国."""
    return tuple(r for code, r in regions().items() if len(code) == 6 and code.startswith(prefecture_code))


@cache
def region_path(code: str) -> tuple[str, ...]:
    """The codes from the region itself up to 全国: ("011011", "011002", "01", "00").

    Raises KeyError for an unknown code.
    """
    path = [code]
    while (parent := regions()[path[-1]].parent_id) is not None:
        path.append(parent)
    return tuple(path)


def nation() -> Region:
    return regions()[NATION_CODE]


def region(code: str) -> Region | None:
    """The region of a code, an abolished one included; None when there is no such region."""
    return regions().get(current_code(code))


_forgetters: list[Callable[[], None]] = []


def on_clear(forget: Callable[[], None]) -> None:
    """Have ``forget`` called by `clear`: for what others derive from regions and themes."""
    _forgetters.append(forget)


def clear() -> None:
    """Forget everything read so far."""
    for cached in (regions, themes, prefectures, municipalities_of, region_path):
        cached.cache_clear()
    for forget in _forgetters:
        forget()
