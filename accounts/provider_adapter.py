"""Where django-allauth asks the site about people who come from the provider."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.forms import SignupForm
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect

from accounts.entrance_forms import email_field
from accounts.models import User
from accounts.provider import SignInProvider, configured_app, is_configured

logger = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": "先にパスワードを決めてください。つながりを外すと、サインインできなくなります。",
        "no_verified_email": "先にメールアドレスの確認を済ませてください。",
        "connected_other": "ほかの登録とつながっています。",
    }

    def list_apps(self, request, provider=None, client_id=None):
        """Only the environment says with whom the site works, never a row of the database."""
        return [configured_app()] if is_configured() else []

    def get_provider(self, request, provider, client_id=None):
        return SignInProvider(request, app=self.get_app(request, provider=provider))

    def pre_social_login(self, request, sociallogin):
        """Somebody who has an account here signs in to it first: a mail address alone opens none.

        Only the owner of the address is told that it has one; an address that the provider does not
        vouch for is answered like a new one.
        """
        if sociallogin.is_existing or sociallogin.state.get("process") != AuthProcess.LOGIN:
            return
        confirmed = [address.email for address in sociallogin.email_addresses if address.verified]
        if any(User.objects.filter(email__iexact=email).exists() for email in confirmed):
            messages.warning(
                request,
                f"{settings.OIDC_NAME}のメールアドレスは、すでに登録されています。メールアドレスとパスワードで"
                f"サインインしてから、登録情報のページで{settings.OIDC_NAME}をつないでください。",
            )
            raise ImmediateHttpResponse(redirect("account_login"))

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        logger.warning("Somebody could not sign in by the provider: %s %.200s", error, exception or "")


class ProviderSignUpForm(SignupForm):
    """The last step: the mail address, which is asked for only if the provider does not vouch for one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        confirmed = any(address.verified for address in self.sociallogin.email_addresses)
        help_text = f"{settings.OIDC_NAME}で確認済みです。" if confirmed else "確認のメールをお送りします。"
        self.fields["email"] = email_field(help_text=help_text)
        self.fields["email"].disabled = confirmed

    def save(self, request):
        email = self.cleaned_data["email"]
        self.sociallogin.email_addresses = [
            address for address in self.sociallogin.email_addresses if address.verified and address.email == email
        ]
        return super().save(request)
