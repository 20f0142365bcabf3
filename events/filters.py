"""The facets of the lists of events."""

from events.choices import Access, Audience, EventKind, Format
from search.choices import ChoiceFacet

FORMAT_FACET = ChoiceFacet("format", "開催の方法", dict(Format.choices))
PAST_FACETS = (
    FORMAT_FACET,
    ChoiceFacet("fee", "参加費", {"free": "無料"}),
    ChoiceFacet("for", "対象", dict(Audience.choices)),
    ChoiceFacet("kind", "種類", dict(EventKind.choices)),
    ChoiceFacet("access", "参加しやすさ", dict(Access.choices)),
)
COMING_FACETS = (ChoiceFacet("open", "申込", {"now": "いま参加できる（申込受付中・申込不要）"}), *PAST_FACETS)
