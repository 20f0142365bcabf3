"""What stands around the page of an event: the cases it is about, and what to go to next."""

from django.utils import timezone

from events.choices import EventState
from events.models import Event
from search.pages import Body
from search.query import facet_is, quote
from search.related import FIELD, FIELD_AND_PLACE, PLACE, Alike, List, around
from search.request import Period

MOST = 6


def related_to(pk: int, body: Body) -> dict:
    """`cases` that name the event, `series`: others of its series, `coming` in the same field or region; see
    `around`."""
    kind, of_series = Event.search_kind, body.values("series")
    same_series = facet_is("series", of_series) if of_series else ""
    elsewhere = (same_series, quote(f"state:{EventState.CANCELLED}"))
    coming = Alike.of(body).reasons(FIELD_AND_PLACE, FIELD, PLACE, without=elsewhere)
    own = {
        "cases": List("case", [("", quote(f"event:{pk}"))], MOST),
        "series": List(kind, [("", same_series)] if same_series else [], MOST, leaving_out=pk),
        "coming": List(kind, coming, leaving_out=pk, period=Period(first=timezone.localdate())),
    }
    return around(kind, pk, body, own, {"organization": map(int, [*body.values("by"), *body.values("with")])})
