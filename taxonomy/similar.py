"""Which municipalities are alike: a distance from what the official data tell, and why two count as alike.

The distance is the weighted mean of five differences, each between 0 (the same) and 1 (wholly different).
What is not known of one of the two is left out, and the others weigh accordingly more: an unknown value is never
taken for zero. Everything is worked out from `registry` and kept per process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nsmallest
from math import log10

from taxonomy import registry
from taxonomy.models import MUNICIPALITY_KINDS, Region, RegionKind

DESIGNATED_CITY = "指定都市"
# Whoever asks for fewer is answered from the same list.
KEPT = 20
# Below this difference the value of one is told as a reason why the other is alike.
POPULATION_IS_NEAR = 0.1
RATIO_IS_NEAR = 0.14
DENSITY_IS_NEAR = 0.1
# The two are this different in one regard, or more: as different as can be.
POINTS_OF_RATIO = 15
POWERS_OF_DENSITY = 2


@dataclass(frozen=True)
class Dimension:
    """One regard in which places are compared. ``weight`` is out of 100; ``rule`` says the difference in words."""

    name: str
    label: str
    weight: int
    rule: str


POPULATION = Dimension("population", "人口", 35, "同じなら0、10倍以上ちがえば1。2倍のちがいは0.3です（対数の差）。")
RATIO = Dimension("ratio", "高齢化率", 25, "同じなら0、15ポイント以上ちがえば1。5ポイントのちがいは0.33です。")
DENSITY = Dimension("density", "人口密度", 15, "同じなら0、100倍以上ちがえば1。10倍のちがいは0.5です（対数の差）。")
KIND = Dimension("kind", "自治体の種類", 15, "同じなら0、ちがえば1。指定都市、そのほかの市、町、村、特別区に分けます。")
PLACE = Dimension("place", "場所", 10, "同じ郡なら0、同じ都道府県なら0.25、同じ地方なら0.5、そのほかは1。")
DIMENSIONS = (POPULATION, RATIO, DENSITY, KIND, PLACE)


@dataclass(frozen=True)
class Neighbour:
    """A place that is alike: how far it is (0 to 1), and why it counts as alike, in short Japanese words."""

    region: Region
    distance: float
    reasons: tuple[str, ...]

    @property
    def points(self) -> int:
        """The distance as people read it, out of 100."""
        return round(self.distance * 100)


@dataclass(frozen=True, slots=True)
class _Profile:
    """A region as it is compared; None is unknown. Population and density are logarithms."""

    region: Region
    kind: str
    prefecture: str
    county: str
    block: str
    population: float | None
    ratio: float | None
    density: float | None
    unknown: frozenset[str]


def nearest(region: Region, count: int = 20) -> list[Neighbour]:
    """The ``count`` places most like ``region``, the most alike first: municipalities, or prefectures for one.

    The order is total: by distance, then by code. A ward of a designated city is compared as its city
    (`compared_as`); 全国 has nothing like it. A place of which less is known than of ``region`` is left out: with
    fewer regards to differ in it would seem nearer than it is.
    """
    return list(_nearest(compared_as(region).code, max(count, KEPT))[:count])


def compared_as(region: Region) -> Region:
    """The region itself; for a ward of a designated city, of which the source knows no numbers, its city."""
    return registry.regions()[region.parent_id] if region.kind == RegionKind.WARD else region


def left_out(region: Region) -> list[Dimension]:
    """The regards in which ``region`` cannot be compared, since its value is not known."""
    profile = _profiles()[compared_as(region).code]
    return [dimension for dimension in DIMENSIONS if dimension.name in profile.unknown]


def distance(one: Region, other: Region) -> float:
    """How different two regions are, from 0 to 1; wards count as their cities."""
    profiles = _profiles()
    return _distance(profiles[compared_as(one).code], profiles[compared_as(other).code])


def area_ha(region: Region) -> int | None:
    """The area; of a prefecture, which has none in the source, that of its municipalities together."""
    if region.kind != RegionKind.PREFECTURE:
        return region.area_ha
    areas = [one.area_ha for one in registry.municipalities_of(region.code) if one.kind != RegionKind.WARD]
    return sum(areas) if areas and None not in areas else None


def people(count: int) -> str:
    """A population in round words: 「37万人」「1万9千人」「4,200人」「420人」."""
    if count >= 100_000:
        return f"{round(count / 10_000):,}万人"
    if count >= 9_950:
        ten_thousands, thousands = divmod(round(count / 1_000), 10)
        return f"{ten_thousands}万{f'{thousands}千' if thousands else ''}人"
    return f"{round(count, -2):,}人" if count >= 1_000 else f"{count}人"


@cache
def _profiles() -> dict[str, _Profile]:
    return {code: _profile(region) for code, region in registry.regions().items()}


def _profile(region: Region) -> _Profile:
    prefecture = registry.regions().get(region.prefecture_code, region)
    area = area_ha(region)
    # A town that everybody had left when people were counted has no size to compare.
    has_people = bool(region.population)
    numbers = {
        "population": log10(region.population) if has_people else None,
        "ratio": None if region.elderly_ratio is None else float(region.elderly_ratio),
        "density": log10(region.population / area) if has_people and area else None,
    }
    return _Profile(
        region=region,
        kind=DESIGNATED_CITY if region.is_designated_city else region.get_kind_display(),
        prefecture=prefecture.code,
        county=region.county,
        block=prefecture.block,
        unknown=frozenset(name for name, value in numbers.items() if value is None),
        **numbers,
    )


@lru_cache(maxsize=4_000)
def _nearest(code: str, count: int) -> tuple[Neighbour, ...]:
    subject = _profiles()[code]
    if subject.region.kind == RegionKind.NATION:
        return ()
    far = ((_distance(subject, other), other.region.code, other) for other in _candidates(subject))
    return tuple(
        Neighbour(other.region, distance, tuple(_reasons(subject, other)))
        for distance, _, other in nsmallest(count, far, key=lambda found: found[:2])
    )


def _candidates(subject: _Profile) -> Iterator[_Profile]:
    """What can be compared with ``subject``: prefectures with a prefecture, municipalities with one."""
    for other in _comparable(subject.region.kind == RegionKind.PREFECTURE):
        if other is not subject and other.unknown <= subject.unknown:
            yield other


@cache
def _comparable(are_prefectures: bool) -> tuple[_Profile, ...]:
    kinds = {RegionKind.PREFECTURE} if are_prefectures else set(MUNICIPALITY_KINDS)
    return tuple(profile for profile in _profiles().values() if profile.region.kind in kinds)


def _distance(one: _Profile, other: _Profile) -> float:
    if one is other:
        return 0.0
    total, weights = 0.0, KIND.weight + PLACE.weight
    if one.population is not None and other.population is not None:
        total += POPULATION.weight * min(1.0, abs(one.population - other.population))
        weights += POPULATION.weight
    if one.ratio is not None and other.ratio is not None:
        total += RATIO.weight * min(1.0, abs(one.ratio - other.ratio) / POINTS_OF_RATIO)
        weights += RATIO.weight
    if one.density is not None and other.density is not None:
        total += DENSITY.weight * min(1.0, abs(one.density - other.density) / POWERS_OF_DENSITY)
        weights += DENSITY.weight
    total += KIND.weight * (one.kind != other.kind) + PLACE.weight * _apart(one, other)
    return round(total / weights, 6)


def _apart(one: _Profile, other: _Profile) -> float:
    if one.prefecture == other.prefecture:
        return 0.0 if one.county and one.county == other.county else 0.25
    return 0.5 if one.block and one.block == other.block else 1.0


def _reasons(subject: _Profile, other: _Profile) -> Iterator[str]:
    """Why ``other`` counts as like ``subject``, with the values of ``other``, the weightiest first."""
    region = other.region
    if _is_near(subject.population, other.population, POPULATION_IS_NEAR):
        yield f"人口が近い（{people(region.population)}）"
    if _is_near(subject.ratio, other.ratio, RATIO_IS_NEAR * POINTS_OF_RATIO):
        yield f"高齢化率が近い（{region.elderly_ratio}%）"
    if _is_near(subject.density, other.density, DENSITY_IS_NEAR * POWERS_OF_DENSITY):
        yield "人口密度が近い"
    if subject.kind == other.kind and region.kind != RegionKind.PREFECTURE:
        yield f"同じ種類（{other.kind}）"
    apart = _apart(subject, other)
    if apart == 0.0:
        yield f"同じ郡（{other.county}）"
    elif apart == 0.25:
        yield f"同じ都道府県（{registry.regions()[other.prefecture].name}）"
    elif apart == 0.5:
        yield f"同じ地方（{other.block}）"


def _is_near(one: float | None, other: float | None, limit: float) -> bool:
    return one is not None and other is not None and abs(one - other) <= limit


def _forget() -> None:
    for cached in (_profiles, _comparable, _nearest):
        cached.cache_clear()


registry.on_clear(_forget)
