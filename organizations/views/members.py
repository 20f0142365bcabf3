"""Who belongs to an organization: the list, and what owners do about it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import OrganizationRole
from organizations.actions import LastOwner, NotAMember, change_role, hand_over, remove
from organizations.forms import InvitationForm
from organizations.invitations import (
    MOST_OPEN,
    AlreadyInvited,
    AlreadyMember,
    InvitationClosed,
    TooManyInvitations,
    TooSoon,
    invite,
    revoke,
    send_again,
)
from organizations.models import Invitation, Membership, Organization
from publishing.items import visible_item

MANAGE = "organizations.manage_members"
LAST_OWNER = (
    "管理者がいなくなるため、変えていません。先に、ほかのメンバーに管理者を引き継いでください。"
    "メンバーが1人だけのときは、後任の方を招待してください。"
)
NO_LONGER_OPEN = "この招待は、すでに返事があったか、取り消されています。"
GONE = "この方は、もうメンバーではありません。"


def _organization(request, pk):
    """The organization, for its members and those who manage members everywhere; else 404 or 403."""
    organization = visible_item(Organization, request.user, pk)
    own = organization.memberships.filter(user=request.user).first()
    if own is None and not request.user.has_perm(MANAGE):
        raise PermissionDenied("メンバーの一覧を見られるのは、この団体のメンバーだけです。")
    return organization, own


def _managed(request, pk):
    """The organization, for those who may change who belongs to it."""
    organization, own = _organization(request, pk)
    if not _may_manage(request.user, own):
        raise PermissionDenied("メンバーを招待したり変えたりできるのは、団体の管理者だけです。")
    return organization


def _may_manage(user, own: Membership | None) -> bool:
    return (own is not None and own.is_owner) or user.has_perm(MANAGE)


@require_safe
def members(request, pk):
    organization, own = _organization(request, pk)
    return _show(request, organization, own, InvitationForm())


def _show(request, organization, own, form):
    may_manage = _may_manage(request.user, own)
    found = list(organization.memberships.for_list())
    now = timezone.now()
    unanswered = organization.invitations.filter(accepted_at=None, revoked_at=None).order_by("-invited_at", "-pk")
    context = {
        "organization": organization,
        "memberships": found,
        "own": own,
        "others": [membership for membership in found if membership != own],
        "has_other_owner": any(each.is_owner and each.user.is_active and each != own for each in found),
        "may_manage": may_manage,
        "form": form if may_manage else None,
        "invitations": unanswered if may_manage else [],
        "now": now,
        "most_open": MOST_OPEN,
        "breadcrumb": [
            ("団体", reverse("organizations:list")),
            (str(organization), organization.get_absolute_url()),
            ("メンバー", None),
        ],
    }
    return render(request, "organizations/members.html", context)


@require_POST
def send_invitation(request, pk):
    organization = _managed(request, pk)
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invitation = invite(organization, by=request.user, **form.cleaned_data)
        except AlreadyMember:
            form.add_error("email", "この方は、すでにメンバーです。")
        except AlreadyInvited:
            form.add_error("email", "この方は招待済みです。下の「返事を待っている招待」から、もう一度送れます。")
        except TooManyInvitations:
            form.add_error(
                None,
                f"返事を待っている招待は、一度に{MOST_OPEN}件までです。取り消すか、明日以降にもう一度お試しください。",
            )
        else:
            messages.success(request, f"{invitation.email} に招待のメールを送りました。")
            return redirect("organizations:members", pk)
    own = organization.memberships.filter(user=request.user).first()
    return _show(request, organization, own, form)


@require_POST
def revoke_invitation(request, pk, invitation_pk):
    invitation = get_object_or_404(Invitation, organization=_managed(request, pk), pk=invitation_pk)
    try:
        revoke(invitation, by=request.user)
    except InvitationClosed:
        messages.error(request, NO_LONGER_OPEN)
    else:
        messages.success(request, f"{invitation.email} への招待を取り消しました。")
    return redirect("organizations:members", pk)


@require_POST
def resend_invitation(request, pk, invitation_pk):
    invitation = get_object_or_404(Invitation, organization=_managed(request, pk), pk=invitation_pk)
    try:
        send_again(invitation, by=request.user)
    except InvitationClosed:
        messages.error(request, NO_LONGER_OPEN)
    except TooSoon:
        messages.error(request, "さきほど送ったばかりです。10分ほど待ってから、もう一度お試しください。")
    else:
        messages.success(request, f"{invitation.email} に招待のメールをもう一度送りました。")
    return redirect("organizations:members", pk)


@require_POST
def set_role(request, pk, membership_pk):
    organization = _managed(request, pk)
    membership = get_object_or_404(Membership, organization=organization, pk=membership_pk)
    role = request.POST.get("role", "")
    if role not in OrganizationRole.values:
        messages.error(request, "役割を選び直してください。")
        return redirect("organizations:members", pk)
    try:
        membership = change_role(membership, role, by=request.user)
    except LastOwner:
        messages.error(request, LAST_OWNER)
    except NotAMember:
        messages.error(request, GONE)
    else:
        messages.success(request, f"{membership.user} さんを「{membership.get_role_display()}」にしました。")
    return redirect("organizations:members", pk)


@require_POST
def remove_member(request, pk, membership_pk):
    organization = _managed(request, pk)
    membership = get_object_or_404(
        Membership.objects.select_related("user"), organization=organization, pk=membership_pk
    )
    if membership.user == request.user:
        return leave(request, pk)
    try:
        remove(membership, by=request.user)
    except LastOwner:
        messages.error(request, LAST_OWNER)
    except NotAMember:
        messages.error(request, GONE)
    else:
        messages.success(request, f"{membership.user} さんをメンバーから外しました。")
    return redirect("organizations:members", pk)


def _own_membership(request, pk):
    organization, own = _organization(request, pk)
    if own is None:
        raise PermissionDenied("この団体のメンバーではありません。")
    return organization, own


@require_POST
def leave(request, pk):
    organization, own = _own_membership(request, pk)
    try:
        remove(own, by=request.user)
    except LastOwner:
        messages.error(request, LAST_OWNER)
        return redirect("organizations:members", pk)
    except NotAMember:
        pass  # pressed twice: the person is out, as wished
    messages.success(request, f"「{organization}」のメンバーから抜けました。")
    return redirect("mypage")


@require_POST
def hand_over_to(request, pk):
    """Make another member an owner and step down, or leave."""
    organization, own = _own_membership(request, pk)
    if not own.is_owner:
        raise PermissionDenied("引き継ぎができるのは、団体の管理者だけです。")
    successor = organization.memberships.filter(pk=_number(request.POST.get("successor"))).exclude(pk=own.pk).first()
    if successor is None:
        messages.error(request, "引き継ぐ方を、メンバーの中から選んでください。")
        return redirect("organizations:members", pk)
    stays = request.POST.get("then") != "leave"
    try:
        successor = hand_over(own, successor, by=request.user, stays=stays)
    except NotAMember:
        messages.error(request, "メンバーがその間に変わったため、何も変えていません。もう一度確かめてください。")
        return redirect("organizations:members", pk)
    messages.success(request, f"{successor.user} さんに管理者を引き継ぎました。")
    return redirect("organizations:members", pk) if stays else redirect("mypage")


def _number(text):
    """A primary key as a form sends it; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
