"""What stands around a list: the filters in force, the facets with their counts, the map, the region picker."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from search.address import PLACEHOLDER, ListAddress, prefecture_of
from search.choices import ChoiceFacet, toggled, with_values
from search.counting import Counts, counts
from search.query import NO_WORDS
from search.request import Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, Theme


@dataclass(frozen=True)
class Option:
    """One value of a facet: what is found with it, and the address that switches it."""

    label: str
    count: int
    url: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Tile:
    """One prefecture on the tile map; `level` 0 to 4 says how its count compares to the largest."""

    region: Region
    count: int
    url: str
    level: int
    is_chosen: bool = False


def _level(count: int, largest: int) -> int:
    return 0 if not count else 1 + min(3, 4 * count // (largest + 1))


def tiles(counted: Counts, urls: Iterable[str], chosen: str = "") -> list[Tile]:
    """The tile map: the 47 prefectures with their counts, ``urls`` in the order of their codes."""
    largest = max((counted.of_prefecture(region.code) for region in registry.prefectures()), default=0)
    return [
        Tile(region, count := counted.of_prefecture(region.code), url, _level(count, largest), region.code == chosen)
        for region, url in zip(registry.prefectures(), urls, strict=True)
    ]


def overview(kind: str, path: str) -> tuple[list[tuple[Theme, int]], list[Tile]]:
    """Everything of one kind by theme and by prefecture, the tiles linked to its list at ``path``."""
    counted = counts(Request(kind))
    themes = [(theme, counted.of_theme(slug)) for slug, theme in registry.themes().items()]
    return themes, tiles(counted, (f"{path}?region={region.code}" for region in registry.prefectures()))


def address_tiles(address: ListAddress, counted: Counts) -> list[Tile]:
    """The tile map of a list: each prefecture leads to the list with that region instead."""
    url = address.urls("region", region=Region(code=PLACEHOLDER))
    prefecture = prefecture_of(address.region)
    urls = (url(region.code) for region in registry.prefectures())
    return tiles(counted, urls, prefecture.code if prefecture else "")


def chosen(address: ListAddress, kinds: dict[str, str]) -> list[Option]:
    """The conditions in force, each with the address without it."""
    options = []
    if address.query.text:
        options.append(Option(f"言葉：{address.query.text}", 0, address.url(query=NO_WORDS)))
    if address.region:
        options.append(Option(_place(address), 0, address.url(region=None)))
    options += [Option(f"分野：{theme.name}", 0, address.toggled("themes", theme)) for theme in address.themes]
    options += [Option(f"団体の種類：{kinds[kind]}", 0, address.toggled("kinds", kind)) for kind in address.kinds]
    for facet, values in address.choices:
        options += [Option(_said(facet, value), 0, _switched(address, facet, value)) for value in values]
    return options


def _place(address: ListAddress) -> str:
    if address.order == Sort.SIMILAR:
        return f"並び順：{address.region.full_name}に似た町の順"
    return f"地域：{'全国共通' if address.region.code == NATION_CODE else address.region.full_name}"


def _said(facet: ChoiceFacet, value: str) -> str:
    return f"{facet.label}：{facet.names[value]}"


def _switched(address: ListAddress, facet: ChoiceFacet, value: str) -> str:
    return address.url(choices=toggled(address.choices, facet, value))


def facets(
    address: ListAddress, counted: Counts, kinds: dict[str, str], own: Iterable[ChoiceFacet] = ()
) -> list[tuple[str, str, list[Option]]]:
    """Name, heading and values of each facet that leads somewhere; ``own`` are those of this list only."""
    groups = [("theme", "分野", _themes(address, counted)), ("kind", "団体の種類", _kinds(address, counted, kinds))]
    groups += [(facet.name, facet.label, _choices(address, counted, facet)) for facet in own if facet.is_offered]
    if prefecture := prefecture_of(address.region):
        municipalities = _municipalities(address, counted, prefecture)
        groups.insert(0, ("municipality", f"{prefecture.name}の市区町村", municipalities))
    return [(name, label, options) for name, label, options in groups if options]


def _themes(address: ListAddress, counted: Counts) -> list[Option]:
    added = address.urls("theme", themes=(*address.themes, Theme(slug=PLACEHOLDER)))
    return [
        Option(theme.name, count, address.toggled("themes", theme) if is_chosen else added(slug), is_chosen)
        for slug, theme in registry.themes().items()
        if (count := counted.of_theme(slug)) + (is_chosen := theme in address.themes)
    ]


def _kinds(address: ListAddress, counted: Counts, kinds: dict[str, str]) -> list[Option]:
    added = address.urls("kind", kinds=(*address.kinds, PLACEHOLDER))
    return [
        Option(name, count, address.toggled("kinds", kind) if is_chosen else added(kind), is_chosen)
        for kind, name in kinds.items()
        if (count := counted.of_kind(kind)) + (is_chosen := kind in address.kinds)
    ]


def _choices(address: ListAddress, counted: Counts, facet: ChoiceFacet) -> list[Option]:
    chosen_values = next((values for one, values in address.choices if one == facet), ())
    added = with_values(address.choices, facet, (*chosen_values, PLACEHOLDER))
    url = address.urls(facet.name, choices=added)
    return [
        Option(name, count, _switched(address, facet, value) if is_chosen else url(value), is_chosen)
        for value, name in facet.names.items()
        if (count := counted.of_choice(facet.name, value)) + (is_chosen := value in chosen_values)
    ]


def _municipalities(address: ListAddress, counted: Counts, prefecture: Region) -> list[Option]:
    """The municipalities of a prefecture, the wards of a city after it."""
    url = address.urls("region", region=Region(code=PLACEHOLDER))
    return [
        Option(region.name, count, url(region.code), is_chosen)
        for region in registry.municipalities_of(prefecture.code)
        if (count := counted.of_place(region.code)) + (is_chosen := region == address.region)
    ]


SORTS = {Sort.RELEVANCE: "関連の高い順", Sort.NEWEST: "新しい順"}


def sorts(address: ListAddress, known: dict[str, str] = SORTS) -> list[Option]:
    """The orders to choose from; without words the newest come first, and where that is the only order, none."""
    if not (address.region and address.region.is_municipal):
        known = {sort: label for sort, label in known.items() if sort != Sort.SIMILAR}
    if not address.query.is_empty:
        return [Option(label, 0, address.url(sort=sort), address.order == sort) for sort, label in known.items()]
    without_words = {sort: label for sort, label in known.items() if sort != Sort.RELEVANCE}
    if len(without_words) < 2:
        return []
    first = Sort.NEWEST if address.default_sort == Sort.RELEVANCE else address.default_sort
    current = first if address.order == Sort.RELEVANCE else address.order
    return [Option(label, 0, address.url(sort=sort), current == sort) for sort, label in without_words.items()]


def picker(region: Region | None) -> SafeString:
    """The region picker with ``region`` chosen: the prefectures, and the municipalities of its prefecture."""
    return _picker(region.code if region else "")


@lru_cache(maxsize=300)
def _picker(code: str) -> SafeString:
    region = registry.regions()[code] if code else None
    prefecture = prefecture_of(region)
    context = {
        "region": region,
        "prefecture": prefecture,
        "prefectures": registry.prefectures(),
        "municipalities": registry.municipalities_of(prefecture.code) if prefecture else (),
    }
    return render_to_string("components/region_picker.html", {"picker": context})


registry.on_clear(_picker.cache_clear)
