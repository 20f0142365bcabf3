"""The person's own page, and leaving. Signing up and in are django-allauth's views."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import close_account
from accounts.models import ProposalStatus, User
from accounts.profile_form import ProfileForm, region_picker
from accounts.vouching import applications_for

PAGE_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(PAGE_METHODS)
def profile(request):
    # The form writes into its instance even when refused: the page's header keeps the stored name.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        form.save()
        messages.success(request, "登録情報を保存しました。")
        return redirect("accounts:profile")
    context = {
        "form": form,
        "picker": region_picker(form.instance.region),
        "assignments": request.user.role_assignments.select_related("region"),
        "proposals": request.user.role_proposals.exclude(status=ProposalStatus.GRANTED),
        "waiting": applications_for(request.user).count(),
        "breadcrumb": [("登録情報", None)],
    }
    return render(request, "accounts/profile.html", context)


@require_http_methods(PAGE_METHODS)
@reauthentication_required
def leave(request):
    if request.method != "POST":
        return render(request, "accounts/leave.html")
    close_account(request.user)
    logout(request)
    return redirect("accounts:left")


@login_not_required
@require_safe
def left(request):
    return render(request, "accounts/left.html", {"breadcrumb": [("退会の完了", None)]})
