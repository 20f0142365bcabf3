"""Looks for one part of the page: several conditions on the index, the nearest to the town first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from search.cards import Hit, filled_with
from search.matching import Wanted, hits_by_condition, hits_in_turn
from search.request import Period, Request, Sort
from start.furigana import Furigana


@dataclass(frozen=True)
class Source:
    """Where to look, a tsquery text, and why what is found there belongs on the page.

    `is_own`: it is of the place that was asked for. `is_alike`: of a place like it. `is_of_another_theme`: not of the
    theme that was asked for. `is_common`: a large part of all entries meets the condition.
    """

    condition: str
    why: str
    is_own: bool = False
    is_alike: bool = False
    is_of_another_theme: bool = False
    is_common: bool = False

    @property
    def is_close(self) -> bool:
        return self.is_own or self.is_alike


@dataclass(frozen=True)
class Find:
    hit: Hit
    source: Source
    # What stands in the card in place of its excerpt, where there is something better.
    text: str = ""

    def card(self, furigana: Furigana) -> SafeString:
        text = self.text or self.hit.excerpt
        excerpt = format_html("<b>{}</b><br>{}", self.source.why, text) if self.source.why else escape(text)
        return filled_with(self.hit, furigana.write(self.hit.title), excerpt)


@dataclass
class Look:
    """What the index has for ``sources``, in one statement; `take` chooses among it."""

    kind: str
    sources: Sequence[Source]
    limit: int
    hits: dict[str, list[Hit]] = field(init=False)

    def __post_init__(self):
        conditions = {str(place): source.condition for place, source in enumerate(self.sources)}
        common = {str(place) for place, source in enumerate(self.sources) if source.is_common}
        self.hits = hits_by_condition(self.kind, conditions, self.limit, common=common)

    def take(self, limit: int, among: Iterable[Source] | None = None, *, one_each: bool = False) -> list[Find]:
        """At most ``limit``, from the first source on, nothing twice; ``one_each`` goes round the sources."""
        among = self.sources if among is None else list(among)
        pairs = [
            (place_in_source if one_each else 0, place, hit)
            for place, source in enumerate(self.sources)
            if source in among
            for place_in_source, hit in enumerate(self.hits[str(place)])
        ]
        pairs.sort(key=lambda pair: pair[:2])
        found: dict[int, Find] = {}
        for _, place, hit in pairs:
            found.setdefault(hit.object_id, Find(hit, self.sources[place]))
        return list(found.values())[:limit]


def look_in_turn(kind: str, sources: Sequence[Source], limit: int, period: Period | None = None) -> list[Find]:
    """The first ``limit`` of all sources, from the first one on, nothing twice; in one statement, which asks a source
    only while those before it have too few."""
    request = Request(kind, period=period, sort=Sort.DATE if period else Sort.RELEVANCE)
    (found,) = hits_in_turn([[Wanted(request, source.condition, source.is_common, limit) for source in sources]])
    return [Find(hit, source) for source, (hits, _) in zip(sources, found, strict=True) for hit in hits]
