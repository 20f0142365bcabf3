"""The official numbers of a region as pages tell them."""

from dataclasses import dataclass

from taxonomy import registry
from taxonomy.models import Region, RegionKind
from taxonomy.similar import area_ha, compared_as

HECTARES_PER_SQUARE_KILOMETRE = 100
NOBODY_THERE = "国勢調査の時点で、住んでいる人がいませんでした"


@dataclass(frozen=True)
class Facts:
    """What is known of ``region``; of a ward of a designated city, its city's numbers as ``of_city``."""

    region: Region
    of_city: "Facts | None" = None

    @classmethod
    def of(cls, region: Region) -> "Facts":
        city = compared_as(region)
        return cls(region, None if city is region else cls(city))

    @property
    def population(self) -> int | None:
        return self.region.population

    @property
    def remark(self) -> str:
        return NOBODY_THERE if self.population == 0 else ""

    @property
    def square_kilometres(self) -> float | None:
        area = area_ha(self.region)
        return area / HECTARES_PER_SQUARE_KILOMETRE if area else None

    @property
    def is_sum(self) -> bool:
        """Whether the area is that of the municipalities together."""
        return self.region.kind == RegionKind.PREFECTURE

    @property
    def density(self) -> float | None:
        """People per square kilometre; None where nobody was counted."""
        area = self.square_kilometres
        return self.population / area if self.population and area else None


def trail(region: Region) -> list[tuple[str, str]]:
    """The regions around ``region`` without 全国, the widest first, with their codes."""
    path = registry.region_path(region.code)[1:-1]
    return [(registry.regions()[code].name, code) for code in reversed(path)]
