"""What stands around the page of an event: the cases it is about, and what to go to next."""

from django.utils import timezone

from events.choices import EventState
from events.models import Event
from search.cards import filled
from search.matching import hits_by_condition
from search.pages import Body
from search.query import all_of, any_of, facet_is, quote
from search.request import Period

CARDS = 3
# The search kind of what stands on the page, without an import of the app that comes later.
CASE_KIND = "case"


def related_to(pk: int, body: Body) -> dict:
    """Cards: `cases` that name the event, `series` other events of its series, `coming` in the same field or region."""
    kind, period = Event.search_kind, Period(first=timezone.localdate())
    series_pks = body.values("series")
    same_series = facet_is("series", series_pks) if series_pks else ""
    series = hits_by_condition(kind, {"series": same_series}, 6, leaving_out=pk) if same_series else {}
    coming = hits_by_condition(kind, _conditions(body, same_series), CARDS, leaving_out=pk, period=period)
    cases = hits_by_condition(CASE_KIND, {"cases": quote(f"event:{pk}")}, 6)
    return {
        "cases": filled(cases["cases"], CASE_KIND),
        "series": filled(series.get("series", ()), kind),
        "coming": filled(coming.get("coming", ()), kind),
    }


def _conditions(body: Body, same_series: str) -> dict[str, str]:
    places = [code for code in body.values("in") if len(code) == 2]
    alike = [facet_is(mark, values) for mark, values in (("in", places), ("theme", body.values("theme"))) if values]
    if not alike:
        return {}
    elsewhere = [f"!{same_series}"] if same_series else []
    return {"coming": all_of([any_of(alike), f"!{quote(f'state:{EventState.CANCELLED}')}", *elsewhere])}
