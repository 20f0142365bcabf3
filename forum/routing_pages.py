"""The public list of what waits for an answer, and the answers of those who were asked."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forum import links, routing
from forum.lists import TITLE, lines_of
from forum.models import HelpAnswer, Topic
from forum.subscription_forms import FollowFields
from forum.subscription_views import unusable
from publishing.paging import page_of

PER_PAGE = 20


@login_not_required
@require_safe
def unanswered(request):
    """What nobody has answered for more than three working days, the oldest first; by prefecture and field."""
    form = FollowFields(request.GET)
    form.is_valid()
    theme, region = form.cleaned_data.get("theme"), form.cleaned_data.get("region")
    visible = Topic.objects.visible_to(request.user)
    if theme:
        visible = visible.filter(pk__in=Topic.objects.order_by().filter(themes__slug=theme).values("pk"))
    if region:
        inside = Topic.objects.order_by().filter(regions__code__startswith=region)
        visible = visible.filter(pk__in=inside.values("pk"))
    page = page_of(routing.overdue(visible).for_list(), request, per_page=PER_PAGE)
    context = {
        "form": FollowFields(initial={"theme": theme, "region": region}),
        "page": page,
        "topics": lines_of(page.object_list, None),
        "is_narrowed": theme or region,
        "breadcrumb": [(TITLE, reverse("forum:list")), ("答えを待っている相談", None)],
    }
    return render(request, "forum/unanswered.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_answer(request, token):
    """「いまは答えられない」 or 「もう頼まれたくない」: a page with a button, by the links of a mail."""
    try:
        pk, answer = links.read_help(token)
        asked = routing.request_of(pk)
    except (links.Expired, links.NotOurs) as error:
        return unusable(request, error)
    except routing.NotTheirs:
        return unusable(request, links.Expired())
    is_done = request.method == "POST"
    if is_done:
        routing.decline(asked, answer)
    title = "お返事をいただきました" if is_done else f"「{HelpAnswer(answer).label}」とお返事しますか"
    context = {"answer": answer, "label": HelpAnswer(answer).label, "is_done": is_done, "title": title}
    context["breadcrumb"] = [(TITLE, reverse("forum:list")), (title, None)]
    return render(request, "forum/help.html", context)
