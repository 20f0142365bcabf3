"""The person's own page: what waits for the person first, then organizations, drafts and what is public."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import vouching
from events.afterwards import without_record
from organizations.models import Invitation, Membership
from platform_site import begun_forms, own_items
from policies.models import organizations_to_post_for
from publishing.figures import usual_working_days
from publishing.items import model_of, visible_item
from publishing.models import Review, Status
from publishing.paging import page_of
from publishing.workflow import TRANSITIONS, available_actions

PER_PAGE = 20
ORGANIZATIONS_SHOWN = 10
EVENTS_SHOWN = 5
# Not taken at once but on a page of their own, which says what will happen and may ask for a reason.
ASKED = {
    "withdraw": "申請を取り下げる",
    "close": "公開を終了する",
    "discard": "破棄する",
    "restore": "下書きに戻す",
    "submit": "もう一度申請する",
    "publish": "もう一度公開する",
}
# Of a draft these come after its form, which sees that nothing is missing.
ONLY_AGAIN = {"submit", "publish"}
TITLE = "マイページ"


@require_safe
def mypage(request):
    user = request.user
    shelves = own_items.shelves_of(user)
    memberships = list(_memberships(user)[: ORGANIZATIONS_SHOWN + 1])
    invitations = list(invitations_to(user))
    begun = begun_forms.of(user)
    context = {
        "breadcrumb": [(TITLE, None)],
        "shelves": shelves,
        "memberships": memberships[:ORGANIZATIONS_SHOWN],
        "has_more_organizations": len(memberships) > ORGANIZATIONS_SHOWN,
        "events_without_record": without_record(user)[:EVENTS_SHOWN],
        "may_post_policies": organizations_to_post_for(user).exists(),
        "usual_days": usual_days(shelves[Status.SUBMITTED].lines),
        "invitations": invitations,
        "begun": begun,
        "applications": vouching.applications_for(user).count(),
        "waiting_reviews": Review.objects.open().count() if user.has_perm("publishing.review") else None,
        "is_new": not (memberships or invitations or begun or any(shelf.total for shelf in shelves.values())),
    }
    return render(request, "pages/mypage.html", context)


def _memberships(user):
    """Those in organizations that are still there; the others stand among what was closed."""
    gone = (Status.CLOSED, Status.DISCARDED)
    found = user.memberships.select_related("organization").exclude(organization__status__in=gone)
    return found.order_by("joined_at", "pk")


def usual_days(lines) -> int | None:
    """How many working days a review usually takes, where something waits for one; the same day counts as one."""
    waits = any(line.item.status == Status.SUBMITTED for line in lines)
    days = usual_working_days() if waits else None
    return days if days is None else max(days, 1)


def invitations_to(user):
    """The open invitations to the confirmed mail addresses of the person."""
    confirmed = user.emailaddress_set.filter(verified=True).values("email")
    mine = Membership.objects.filter(user=user).values("organization")
    found = Invitation.objects.open(timezone.now()).filter(email__in=confirmed).exclude(organization__in=mine)
    return found.select_related("organization", "invited_by")


@require_safe
def items(request):
    """Everything on one shelf, page by page."""
    state = request.GET.get("state", "")
    if state not in own_items.SHELVES:
        raise Http404(f"no shelf {state}")
    page = page_of(own_items.on_shelf(request.user, state), request, per_page=PER_PAGE)
    title = own_items.SHELVES[state]
    shelf = own_items.Shelf(state, title, own_items.lines_of(request.user, list(page.object_list)))
    context = {
        "breadcrumb": [(TITLE, reverse("mypage")), (title, None)],
        "shelf": shelf,
        "page": page,
        "usual_days": usual_days(shelf.lines),
    }
    return render(request, "pages/mypage_items.html", context)


@require_safe
def organizations(request):
    page = page_of(_memberships(request.user), request, per_page=PER_PAGE)
    context = {
        "breadcrumb": [(TITLE, reverse("mypage")), ("参加している団体", None)],
        "memberships": page.object_list,
        "page": page,
    }
    return render(request, "pages/mypage_organizations.html", context)


@require_safe
def ask(request, kind, pk, action):
    """Ask whether the person means it; the form leads to `publishing:act`."""
    item = visible_item(model_of(kind), request.user, pk)
    if action not in ASKED:
        raise Http404(f"nothing to ask about {action}")
    is_member = type(item)._default_manager.editable_by(request.user).filter(pk=pk).exists()
    if is_member and not _is_time_for(action, item):
        messages.error(request, f"「{item}」は、いま「{item.get_status_display()}」のため、この操作はできません。")
        return redirect("mypage")
    if action not in available_actions(item, request.user):
        raise PermissionDenied("この操作をする権限がありません。団体の管理者か、事務局にお尋ねください。")
    title = ASKED[action]
    context = {
        "breadcrumb": [(TITLE, reverse("mypage")), (title, None)],
        "title": title,
        "item": item,
        "kind": item._meta.verbose_name,
        "action": action,
        "back": reverse("mypage") if is_member else item.get_absolute_url(),
    }
    return render(request, "pages/mypage_ask.html", context)


def _is_time_for(action, item) -> bool:
    if action in ONLY_AGAIN:
        return item.status == Status.CLOSED
    return item.status in TRANSITIONS[action].allowed_from
