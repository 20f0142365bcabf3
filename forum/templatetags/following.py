"""The button with which people follow what a page shows, and what they follow on their own page.

Visitors without a session are asked nothing: they get a link to the page on which a mail address is enough.
"""

from django import template
from django.urls import reverse

from forum import news
from forum.following import COMES, Target
from forum.models import Frequency, Subscription, What
from forum.saved_lists import of_page
from taxonomy import registry

register = template.Library()
ON_MYPAGE = 10


@register.inclusion_tag("forum/_follow.html", takes_context=True)
def follow_button(context, what: str, pk: int) -> dict:
    """For the page of an organization, a case or an event: ``{% follow_button "case" pk %}``."""
    return _button(context, What(what), {str(what): pk}, {f"{what}_id": pk})


@register.inclusion_tag("forum/_follow.html", takes_context=True)
def follow_place(context, region="", theme="") -> dict:
    """For the page of a region (a code), a field (a slug), or both."""
    found = registry.themes().get(theme)
    parameters = {name: value for name, value in (("theme", theme), ("region", region)) if value}
    fields = {"what": What.PLACE, "theme": found, "region_id": region or None}
    return _button(context, What.PLACE, parameters, fields)


def _button(context, what, parameters, fields) -> dict:
    request = context["request"]
    return {
        "what": what,
        "comes": COMES[what],
        "has_digest": what != What.EVENT,
        "has_event_changes": what in (What.EVENT, What.ORGANIZATION),
        "followed": _followed(request.user, fields),
        "is_signed_in": request.user.is_authenticated,
        "parameters": parameters,
        "subscribe_url": reverse("forum:subscribe", query=parameters),
        "next": request.get_full_path(),
    }


@register.inclusion_tag("forum/_follow_list.html", takes_context=True)
def follow_list(context) -> dict:
    """For a list: save its address; nothing where the page is no list that can be saved."""
    request = context["request"]
    name = request.resolver_match.view_name if request.resolver_match else ""
    shown = {"view": context.get("view"), "topics": context.get("list"), "address": context.get("address")}
    saved = of_page(name, request.path, request.user, **shown)
    if saved is None:
        return {}
    target = Target(What.LIST, saved=saved)
    return {
        "saved": saved,
        "target": target,
        "followed": _followed(request.user, {"address": saved.url}),
        "is_signed_in": request.user.is_authenticated,
        "frequencies": Frequency.choices,
        "subscribe_url": reverse("forum:subscribe", query=target.parameters),
        "next": request.get_full_path(),
    }


def _followed(user, fields) -> Subscription | None:
    if user.is_anonymous:
        return None
    return Subscription.objects.filter(subscriber__person=user, **fields).first()


@register.inclusion_tag("forum/_mypage_follows.html", takes_context=True)
def follows_on_mypage(context) -> dict:
    """What the person follows, with how much is new since the last look."""
    user = context["request"].user
    follows = list(Subscription.objects.filter(subscriber__person=user).for_list().order_by("-pk"))
    shown = follows[:ON_MYPAGE]
    counts = news.counts(shown, user) if shown else {}
    for one in shown:
        one.new = counts[one.pk]
    return {
        "follows": shown,
        "more": len(follows) - len(shown),
        "most": news.MOST_COUNTED,
    }
