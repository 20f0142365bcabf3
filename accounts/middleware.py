"""Keeps staff who publish at the set-up page until they have a second factor."""

from django.conf import settings
from django.shortcuts import redirect

# What somebody needs to set it up, to mend the account, or to go.
OPEN_PAGES = {
    "accounts:profile",
    "accounts:leave",
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_confirm_email",
    "account_email_verification_sent",
    "admin:logout",
}


class SecondFactorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Visitors without a session, nearly all, cost one look at the cookies.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        name = request.resolver_match.view_name
        if name in OPEN_PAGES or name.startswith("mfa_"):
            return None
        user = request.user
        if user.is_authenticated and user.needs_second_factor and not user.has_second_factor:
            return redirect("mfa_index")
        return None
