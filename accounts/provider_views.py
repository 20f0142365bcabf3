"""Signing up and in by the provider, and joining it to an account. Without configuration there is nothing here."""

from functools import wraps

from allauth.account.internal.decorators import login_not_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount import views
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal.flows.connect import disconnect, validate_disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from accounts.provider import CheckedAdapter, is_configured

PAGE_METHODS = ["GET", "HEAD", "POST"]


def when_configured(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not is_configured():
            raise Http404("no provider is configured")
        return view(request, *args, **kwargs)

    return guarded


def telling_failures(view):
    """A provider that is away or answers nonsense has a kind page."""

    @wraps(view)
    def guarded(request):
        try:
            return view(request)
        except (OAuth2Error, RequestException) as error:
            provider = get_adapter().get_provider(request, settings.OIDC_ISSUER)
            return render_authentication_error(request, provider, exception=error)

    return guarded


@login_not_required
@require_POST
@when_configured
@telling_failures
def start(request):
    """Lead to the provider: to sign in, or to join it to the account of who is signed in."""
    provider = get_adapter().get_provider(request, settings.OIDC_ISSUER)
    process = AuthProcess.CONNECT if request.user.is_authenticated else AuthProcess.LOGIN
    return provider.redirect(request, process, next_url=get_next_redirect_url(request))


@login_not_required
@require_safe
@when_configured
@telling_failures
def callback(request):
    """Where the provider leads back to."""
    return OAuth2CallbackView.adapter_view(CheckedAdapter(request, settings.OIDC_ISSUER))(request)


sign_up = login_not_required(require_http_methods(PAGE_METHODS)(when_configured(views.signup)))
cancelled = login_not_required(require_safe(when_configured(views.login_cancelled)))


@require_http_methods(PAGE_METHODS)
@when_configured
def connections(request):
    """Join the provider to the account, or take it away again."""
    own = SocialAccount.objects.filter(user=request.user, provider=settings.OIDC_ISSUER).order_by("pk")
    if request.method == "POST":
        chosen = request.POST.get("account", "")
        account = get_object_or_404(own, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
        try:
            validate_disconnect(request, account)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            disconnect(request, account)
        return redirect("socialaccount_connections")
    context = {
        "accounts": own,
        "provider_name": settings.OIDC_NAME,
        "breadcrumb": [("登録情報", reverse("accounts:profile")), (settings.OIDC_NAME, None)],
    }
    return render(request, "socialaccount/connections.html", context)
