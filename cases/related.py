"""What to read next: what followed the case, others of the same organization, nearby, in the same field elsewhere."""

from cases.models import CaseStudy
from search.pages import Body
from search.query import facet_is, quote
from search.related import FIELD, FIELD_AND_PLACE, PLACE, TAG, WORD, Alike, List, around


def related_to(pk: int, body: Body) -> dict:
    """What stands below the page of the case ``pk``, in one query; no case stands in two of the last three lists."""
    kind, alike = CaseStudy.search_kind, Alike.of(body)
    of_organization = facet_is("by", body.values("by"))
    near = alike.reasons(FIELD_AND_PLACE, PLACE, without=(of_organization,))
    elsewhere = alike.reasons(TAG, WORD, FIELD, without=(of_organization, alike.place_is))
    own = {
        "followers": List(kind, [("", quote(f"from:{pk}"))], leaving_out=pk, is_counted=True),
        "same_organization": List(kind, [("", of_organization)], leaving_out=pk),
        "nearby": List(kind, near, leaving_out=pk, common=alike.common),
        "same_theme": List(kind, elsewhere, leaving_out=pk, common=alike.common),
    }
    named = {
        "policy": map(int, body.values("policy")),
        "event": map(int, body.values("event")),
        "organization": map(int, [*body.values("by"), *body.values("with")]),
    }
    return around(kind, pk, body, own, named)
