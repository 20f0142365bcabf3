"""Regions that fit what somebody has begun to type: kanji, hiragana or katakana."""

import unicodedata
from functools import cache
from typing import NamedTuple

from taxonomy import registry
from taxonomy.models import Region, RegionKind

LIMIT = 10
LONGEST_QUERY = 40
# Small ヶ and ヵ are typed as large ones and the other way round (鎌ケ谷, 鎌ヶ谷).
HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
FOLD = {**HIRAGANA_TO_KATAKANA, **{ord(small): large for small, large in ("ヶケ", "ヵカ", "ゖケ", "ゕカ")}}
LEVELS = {RegionKind.NATION: 0, RegionKind.PREFECTURE: 0, RegionKind.WARD: 2}


class Candidate(NamedTuple):
    region: Region
    names: tuple[str, ...]  # folded: name, short name, other spelling
    full_name: str
    kana: str
    standing: tuple  # prefecture before municipality before ward, then the larger population


def folded(text: str) -> str:
    """The text with its widths unified and all kana in katakana: the form that is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(FOLD)


def suggest(text: str) -> list[Region]:
    """At most ten regions for what was typed so far, best first; none for what cannot be a name."""
    if len(text) > LONGEST_QUERY:
        return []
    query = folded(text)
    if not query or not query.isprintable():
        return []
    ranked = [(rank, candidate) for candidate in candidates() if (rank := _rank(query, candidate)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].standing))
    return [candidate.region for _, candidate in ranked[:LIMIT]]


def _rank(query: str, candidate: Candidate) -> int | None:
    """0 for the very name, 1 for its beginning, 2 for a part of it, None for no match."""
    if query in candidate.names or query in (candidate.full_name, candidate.kana):
        return 0
    if candidate.kana.startswith(query) or any(name.startswith(query) for name in candidate.names):
        return 1
    if query in candidate.full_name or any(query in name for name in candidate.names):
        return 2
    return None


@cache
def candidates() -> tuple[Candidate, ...]:
    """All regions, prepared for comparing; built once per process and edition."""
    return tuple(_candidate(region) for region in registry.regions().values())


def _candidate(region: Region) -> Candidate:
    names = (region.name, region.short_name, region.alternative_name)
    return Candidate(
        region=region,
        names=tuple(folded(name) for name in names if name),
        full_name=folded(region.full_name),
        kana=folded(region.kana),
        standing=(LEVELS.get(region.kind, 1), -(region.population or 0), region.code),
    )


registry.on_clear(candidates.cache_clear)
