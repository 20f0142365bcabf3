"""Where django-allauth asks the site: whom to let in, what mails say, how the second factor looks."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.models import User
from accounts.sign_in_limit import TOO_MANY, give_back, take_try
from mailing.actions import queue_message

WRONG_CODE = "コードが違います。アプリに表示されている新しいコードを入力してください。"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "メールアドレスかパスワードが違います。もう一度入力してください。",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": "パスワードが違います。もう一度入力してください。",
        "enter_current_password": "いまのパスワードが違います。もう一度入力してください。",
        "incorrect_code": WRONG_CODE,
        "duplicate_email": "いまお使いのメールアドレスと同じです。",
        "unverified_primary_email": "メールアドレスの確認が済んでいません。",
    }

    def is_open_for_signup(self, request):
        return settings.SIGN_UP_IS_OPEN

    def get_client_ip(self, request):
        return request.META.get("REMOTE_ADDR", "")  # which ClientAddressMiddleware has put right

    def send_mail(self, template_prefix, email, context):
        """Leave a mail to the worker: a mail server that is away is no error page."""
        request = self.request
        context = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        queue_message(self.render_mail(template_prefix, email, context))

    def pre_authenticate(self, request, **credentials):
        if not take_try(credentials.get("email", ""), self.get_client_ip(request)):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user:
            give_back(credentials.get("email", ""), self.get_client_ip(request))
        return user

    @transaction.atomic
    def confirm_email(self, request, email_address):
        """Confirm a new address, unless a confirmed account has it.

        An account that signed up with the address and never confirmed it was never its owner's: it goes.
        """
        others = User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id)
        if other := others.select_for_update().first():
            if other.last_login or other.emailaddress_set.filter(verified=True).exists():
                self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt")
                return False
            other.delete()
        return super().confirm_email(request, email_address)

    def get_email_confirmation_url(self, request, emailconfirmation):
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key):
        user, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": token})

    def get_email_verification_redirect_url(self, email_address):
        return reverse("accounts:profile" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:profile")

    def get_reauthentication_methods(self, user):
        labels = {
            "reauthenticate": "パスワードで確認する",
            "mfa_reauthenticate": "認証アプリのコードで確認する",
            "mfa_reauthenticate:webauthn": "パスキーで確認する",
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": labels[method["id"]]} for method in methods]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "unverified_email": "先にメールアドレスの確認を済ませてください。",
        "add_email_blocked": "メールアドレスを変えられません。",
    }

    def build_totp_svg(self, url):
        """The QR code as an element of the page: images from data: addresses are forbidden."""
        svg = super().build_totp_svg(url)
        svg = svg[svg.index("<svg") :]
        return mark_safe(svg.replace("<svg ", '<svg role="img" aria-label="認証アプリで読み取るQRコード" ', 1))  # noqa: S308 # made by the package from no text of others

    def generate_authenticator_name(self, user, type):
        number = user.authenticator_set.filter(type=type).count() + 1
        return f"パスキー{number}"
