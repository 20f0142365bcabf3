"""A question to the index: words and filters about one kind of content, as conditions of a tsquery."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from search.query import NO_WORDS, Query, all_of, any_of, facet_is, quote
from taxonomy import registry
from taxonomy.models import NATION_CODE
from taxonomy.similar import compared_as, nearest

# So many towns that are alike come before all others.
ALIKE = 20


class Sort:
    RELEVANCE = "relevance"
    NEWEST = "new"
    # By what content gives as `search_order`: the nearest day to come first, the largest amount first.
    DEADLINE = "deadline"
    AMOUNT = "amount"
    # By when it takes place: the soonest first, or the latest first where a period has no beginning.
    DATE = "date"
    # The municipality's own first, then that of the towns most like it, then the rest: the region leaves nothing out.
    SIMILAR = "similar"


@dataclass(frozen=True)
class Period:
    """Days in Japan, both included; None leaves that side open. What takes place on any of them lies in it."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Request:
    """What is asked of the index for one kind of content. Codes and slugs must exist.

    With `Sort.SIMILAR` the region is a municipality or a ward, and says what comes first.
    """

    kind: str
    query: Query = NO_WORDS
    region: str = ""
    themes: tuple[str, ...] = ()
    organization_kinds: tuple[str, ...] = ()
    # Values by the names of facets that only this kind of content has: (("year", ("2025",)),).
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = Sort.RELEVANCE
    # When it takes place; only kinds that give `SearchOrder.starts_at` are found in a period.
    period: Period | None = None
    # Letters to be found anywhere in the newest texts, even inside words: the last resort.
    letters: tuple[str, ...] = ()
    # Any of the words suffices; entries with more of them, and with rarer ones, come first.
    any_word: bool = False

    @cached_property
    def facet_conditions(self) -> dict[str, str]:
        """tsquery texts by the facet they restrict."""
        conditions = {}
        if self.region and self.sort != Sort.SIMILAR:
            conditions["in"] = quote(f"at:{NATION_CODE}" if self.region == NATION_CODE else f"in:{self.region}")
        if self.themes:
            conditions["theme"] = facet_is("theme", self.themes)
        if self.organization_kinds:
            conditions["org"] = facet_is("org", self.organization_kinds)
        for facet, values in self.choices:
            conditions[facet] = facet_is(facet, values)
        return conditions

    @property
    def others(self) -> list[str]:
        """The conditions of every facet but the region."""
        return [condition for mark, condition in self.facet_conditions.items() if mark != "in"]

    @cached_property
    def word_conditions(self) -> list[str]:
        found = [term.tsquery() for term in self.query.terms]
        excluded = ["!" + term.tsquery() for term in self.query.excluded]
        return [*([any_of(found)] if self.any_word else found), *excluded]

    @cached_property
    def literals(self) -> list[str]:
        """LIKE patterns of the verbatim phrases."""
        return [f"%{escape_like(term.text)}%" for term in self.query.terms if term.literal]

    def tsquery(self, *, also: Iterable[str] = ()) -> str:
        """All conditions as one tsquery text, "" for none."""
        conditions = [*self.word_conditions, *self.facet_conditions.values(), *also]
        return all_of(conditions) if conditions else ""

    @property
    def prefecture(self) -> str:
        """The prefecture that is searched or in which the searched place lies; "" for none."""
        return "" if self.region in ("", NATION_CODE) else self.region[:2]

    def wider_regions(self) -> list[str]:
        """The regions whose own entries hold for the asked one too, nearest first, 全国 last."""
        if not self.region or self.region == NATION_CODE or self.sort == Sort.SIMILAR:
            return []
        return list(registry.region_path(self.region)[1:])

    def own_regions(self) -> list[str]:
        """The region, and the city of a ward: what comes before all other towns in the order of `Sort.SIMILAR`."""
        region = registry.regions()[self.region]
        return list(dict.fromkeys([region.code, compared_as(region).code]))

    def alike_regions(self) -> list[str]:
        """The towns most like the region, the nearest first."""
        return [neighbour.region.code for neighbour in nearest(registry.regions()[self.region], ALIKE)]


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
