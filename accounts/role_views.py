"""Roles: which there are, applying for one, and vouching for those who applied."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import vouching
from accounts.actions import AlreadyDecided, NotNow, apply_for_role, may_apply_from
from accounts.models import ProposalStatus, RoleAssignment, RoleProposal
from accounts.profile_form import picked_region, region_picker
from accounts.role_forms import KINDS, ApplicationForm, DeclineForm
from accounts.roles import APPLIED_ROLES, Role

PAGE_METHODS = ["GET", "HEAD", "POST"]
MOST_SHOWN = 100


@dataclass(frozen=True)
class RoleState:
    """How somebody stands to a role: has it, waits for it, was declined, or may apply."""

    role: Role
    assignment: RoleAssignment | None
    open: RoleProposal | None
    declined: RoleProposal | None
    may_apply_from: timezone.datetime

    @property
    def can_apply(self):
        return not (self.assignment or self.open) and self.may_apply_from <= timezone.now()


def role_states(user):
    """The states of all roles that people apply for, in two queries."""
    assignments = {one.role: one for one in user.role_assignments.select_related("region")}
    proposals = list(user.role_proposals.select_related("region"))  # the newest first
    return [
        _state(role, assignments.get(role), [one for one in proposals if one.role == role]) for role in APPLIED_ROLES
    ]


def _state(role, assignment, proposals):
    newest = {status: next((one for one in proposals if one.status == status), None) for status in ProposalStatus}
    return RoleState(
        role=role,
        assignment=assignment,
        open=newest[ProposalStatus.OPEN],
        declined=None if assignment else newest[ProposalStatus.DECLINED],
        may_apply_from=may_apply_from(proposals),
    )


@require_safe
def roles(request):
    context = {
        "states": role_states(request.user),
        "waiting": vouching.applications_for(request.user).count(),
        "breadcrumb": [("登録情報", reverse("accounts:profile")), ("役割", None)],
    }
    return render(request, "accounts/roles.html", context)


@require_http_methods(PAGE_METHODS)
def apply(request, role):
    state = next((one for one in role_states(request.user) if one.role == role), None)
    if state is None:
        raise Http404(f"nobody applies for {role}")
    if not state.can_apply:
        return _not_now(request)
    # Without JavaScript the municipalities are shown once their prefecture is known: that is no mistake yet.
    choosing = "_region" in request.POST
    typed = request.POST if request.method == "POST" and not choosing else None
    form = ApplicationForm(typed, role=role, initial={"statement": request.POST.get("statement", "")})
    if form.is_valid():
        try:
            apply_for_role(request.user, state.role, region=form.region, statement=form.cleaned_data["statement"])
        except NotNow:
            return _not_now(request)
        messages.success(request, "申請しました。結果はメールでお知らせします。")
        return redirect("accounts:roles")
    region = picked_region(request.POST) if request.method == "POST" else request.user.region
    context = {
        "form": form,
        "role": state.role,
        "picker": _picker(region, state.role),
        "breadcrumb": [
            *(("登録情報", reverse("accounts:profile")), ("役割", reverse("accounts:roles"))),
            (f"{state.role.label}の申請", None),
        ],
    }
    return render(request, "accounts/apply.html", context)


def _picker(region, role):
    """The region picker for the kind of place that the role serves; None for none."""
    if role not in KINDS:
        return None
    picker = region_picker(region) | {"is_local": True, "empty_label": "選んでください"}
    return picker | {"municipalities": ()} if role == Role.PREFECTURAL else picker


def _not_now(request):
    messages.error(request, "この役割は、いま申請できません。下の表示をご確認ください。")
    return redirect("accounts:roles")


@require_safe
def waiting(request):
    """The applications that the person may vouch for."""
    context = {
        "applications": vouching.applications_for(request.user)[:MOST_SHOWN],
        "breadcrumb": [("確かめてほしい申請", None)],
    }
    return render(request, "accounts/vouching.html", context)


@require_http_methods(PAGE_METHODS)
def decide(request, pk):
    """Vouch for an application or decline it."""
    application = get_object_or_404(vouching.known_to(request.user).select_related("user", "region"), pk=pk)
    declining = "_decline" in request.POST
    form = DeclineForm(request.POST if declining else None)
    if application.status != ProposalStatus.OPEN:
        return _decided_before(request)
    if "_vouch" in request.POST or (declining and form.is_valid()):
        try:
            if declining:
                vouching.decline(application, by=request.user, reason=form.cleaned_data["reason"])
            else:
                vouching.vouch(application, by=request.user)
        except (AlreadyDecided, vouching.NotKnown):
            return _decided_before(request)
        messages.success(request, "結果を、申請した方へメールでお知らせしました。")
        return redirect("accounts:vouching")
    context = {
        "application": application,
        "form": form,
        "breadcrumb": [("確かめてほしい申請", reverse("accounts:vouching")), ("申請の内容", None)],
    }
    return render(request, "accounts/vouching_detail.html", context)


def _decided_before(request):
    messages.error(request, "この申請は、ほかの方が先に決めました。何も変えていません。")
    return redirect("accounts:vouching")
