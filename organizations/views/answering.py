"""The page behind the link of an invitation. GET only shows; the button joins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import SignatureExpired
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from organizations.invitations import (
    AlreadyMember,
    InvitationClosed,
    SomebodyElse,
    accept,
    invitation_of,
    is_for,
    masked,
)
from organizations.models import Invitation
from organizations.views.form_page import PAGE_METHODS

# What became of a link that leads nowhere: (heading, sentence, status of the answer).
ENDS = {
    "unknown": (
        "このリンクは使えません",
        "リンクが途中で切れているか、間違っています。招待のメールにあるリンクを、最後まで入れて開いてください。",
        404,
    ),
    "expired": (
        "招待の期限が切れています",
        "このリンクの期限が切れています。参加するには、招待した方にもう一度送ってもらってください。"
        "招待のメールを何通か受け取っているときは、いちばん新しいメールのリンクを使ってください。",
        410,
    ),
    "used": ("この招待は使用済みです", "参加の手続きは済んでいます。同じリンクは、1回だけ使えます。", 410),
    "revoked": (
        "この招待は取り消されています",
        "団体の方が招待を取り消しました。お心当たりのないときは、招待した方にお尋ねください。",
        410,
    ),
}


@login_not_required
@require_http_methods(PAGE_METHODS)
def invitation(request, token):
    try:
        found = invitation_of(token)
    except SignatureExpired:
        return _end(request, "expired")
    return _answer(request, found)


@require_http_methods(PAGE_METHODS)
def own_invitation(request, pk):
    """The same page for those who are signed in with the invited address, without the link of the mail."""
    found = Invitation.objects.select_related("organization", "invited_by").filter(pk=pk).first()
    return _answer(request, found if found and is_for(found, request.user) else None)


def _answer(request, found):
    reason = _ending(found)
    if reason == "used" and found.accepted_by == request.user:
        return redirect(found.organization)
    if reason:
        return _end(request, reason)
    if request.user.is_anonymous:
        return _show(request, found, "signed_out")
    if not is_for(found, request.user):
        return _show(request, found, "somebody_else", status=403)
    if request.method == "POST":
        return _join(request, found)
    return _show(request, found, "welcome")


def _ending(found) -> str:
    """Why the invitation no longer counts; "" when it does."""
    if found is None:
        return "unknown"
    if found.accepted_at:
        return "used"
    if found.revoked_at:
        return "revoked"
    return "expired" if found.expires_at <= timezone.now() else ""


def _join(request, found):
    try:
        membership = accept(found, by=request.user)
    except (InvitationClosed, SomebodyElse):  # in the moment between looking and joining
        return _end(request, "revoked")
    except AlreadyMember:
        messages.info(request, f"すでに「{found.organization}」のメンバーです。")
        return redirect(found.organization)
    messages.success(
        request, f"「{found.organization}」に参加しました。あなたの役割は「{membership.get_role_display()}」です。"
    )
    return redirect(found.organization)


def _show(request, found, state, status=200):
    context = {
        "invitation": found,
        "organization": found.organization,
        "state": state,
        "masked": masked(found.email),
        "next": request.path,
        "breadcrumb": [("団体への招待", None)],
    }
    return render(request, "organizations/invitation.html", context, status=status)


def _end(request, reason):
    heading, sentence, status = ENDS[reason]
    context = {"heading": heading, "sentence": sentence, "breadcrumb": [("団体への招待", None)]}
    return render(request, "organizations/invitation_over.html", context, status=status)
