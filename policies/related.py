"""What stands around the page of a policy: its newer edition, and what to read next."""

from policies.models import Policy
from search.cards import filled
from search.matching import hits_by_condition
from search.pages import Body
from search.query import all_of, facet_is, quote

CARDS = 3
# The search kind of what stands on the page, without an import of the app that comes later.
CASE_KIND = "case"


def related_to(policy: Policy, body: Body, user) -> dict:
    """`newer`: the editions that name it as their predecessor; `cases`, `similar`: cards."""
    kind, pk = Policy.search_kind, policy.pk
    newer = Policy.objects.visible_to(user).filter(predecessor=pk).order_by("-fiscal_year", "-pk")
    conditions = {}
    if themes := body.values("theme"):
        same_theme = facet_is("theme", themes)
        conditions["similar"] = all_of([same_theme, f"!{quote(f'before:{pk}')}"])
    found = hits_by_condition(kind, conditions, CARDS, leaving_out=pk)
    started = hits_by_condition(CASE_KIND, {"cases": quote(f"policy:{pk}")}, CARDS)
    return {
        "newer": list(newer.only("title", "fiscal_year", "status")[:5]),
        "similar": filled(found.get("similar", ()), kind),
        "cases": filled(started["cases"], CASE_KIND),
    }
