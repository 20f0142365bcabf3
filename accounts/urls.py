"""Addresses of accounts: ours in the namespace `accounts`, django-allauth's under its own names."""

from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from accounts import views

own = [
    path("profile/", views.profile, name="profile"),
    path("leave/", views.leave, name="leave"),
    path("leave/done/", views.left, name="left"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    # Open: it is one of the ways to sign in, which the package does not say.
    path("2fa/webauthn/login/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
