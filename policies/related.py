"""What stands around the page of a policy: its newer edition, and what to read next."""

from policies.models import Policy
from search.pages import Body
from search.query import quote
from search.related import FIELD, FIELD_AND_PLACE, TAG, Alike, List, around


def related_to(policy: Policy, body: Body, user) -> dict:
    """`newer`: the editions that name it as their predecessor; `cases` that used it; `similar`; see `around`."""
    kind, pk = Policy.search_kind, policy.pk
    newer = Policy.objects.visible_to(user).filter(predecessor=pk).order_by("-fiscal_year", "-pk")
    alike = Alike.of(body).reasons(FIELD_AND_PLACE, TAG, FIELD, without=(quote(f"before:{pk}"),))
    own = {
        "cases": List("case", [("", quote(f"policy:{pk}"))]),
        "similar": List(kind, alike, leaving_out=pk),
    }
    return {
        "newer": list(newer.only("title", "fiscal_year", "status")[:5]),
        **around(kind, pk, body, own, {"organization": map(int, body.values("ministry"))}),
    }
