"""Addresses of accounts: ours in the namespace `accounts`, django-allauth's under its own names."""

from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from accounts import provider_views, role_views, views

own = [
    path("profile/", views.profile, name="profile"),
    path("roles/", role_views.roles, name="roles"),
    path("roles/<slug:role>/apply/", role_views.apply, name="apply"),
    path("vouching/", role_views.waiting, name="vouching"),
    path("vouching/<int:pk>/", role_views.decide, name="vouching_detail"),
    path("leave/", views.leave, name="leave"),
    path("leave/done/", views.left, name="left"),
]

# Under the names by which the package looks for them.
provider = [
    path("start/", provider_views.start, name="socialaccount_start"),
    path("callback/", provider_views.callback, name="socialaccount_callback"),
    path("sign-up/", provider_views.sign_up, name="socialaccount_signup"),
    path("cancelled/", provider_views.cancelled, name="socialaccount_login_cancelled"),
    path("", provider_views.connections, name="socialaccount_connections"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    # Open: it is one of the ways to sign in, which the package does not say.
    path("2fa/webauthn/login/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("oidc/", include(provider)),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
