"""What stands around the page of an organization: what it does, and who is active in its field nearby."""

from django.utils import timezone

from organizations.models import Organization
from search.pages import Body
from search.query import any_of, quote
from search.related import FIELD_AND_NATION, FIELD_AND_PLACE, Alike, List, around
from search.request import Period

CASES_SHOWN = 10
EVENTS_SHOWN = 5


def related_to(pk: int, body: Body) -> dict:
    """`cases` of the organization, `partner_cases`, `events` to come, `nearby` organizations; see `around`."""
    kind, own, partner = Organization.search_kind, quote(f"by:{pk}"), quote(f"with:{pk}")
    takes_part = any_of([own, partner])
    coming = Period(first=timezone.localdate())
    nearby = Alike.of(body).reasons(FIELD_AND_PLACE, FIELD_AND_NATION)
    lists = {
        "cases": List("case", [("", own)], CASES_SHOWN, is_counted=True),
        "partner_cases": List("case", [("", partner)], CASES_SHOWN),
        "events": List("event", [("", takes_part)], EVENTS_SHOWN, period=coming),
        "nearby": List(kind, nearby, leaving_out=pk),
    }
    return around(kind, pk, body, lists, naming=any_of([takes_part, quote(f"ministry:{pk}")]))
