"""Forms of the second factor: allauth's, with our words and with tries counted in the database."""

from contextlib import contextmanager

from allauth.core import context
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError

from accounts.adapters import WRONG_CODE
from accounts.sign_in_limit import TOO_MANY, give_back, take_try

WRONG_PASSKEY = "パスキーを確かめられませんでした。もう一度お試しください。"
LONGEST_CODE = 20
LONGEST_NAME = 50


class LimitedCodeMixin:
    """Ten wrong codes, then the account and the address must wait, as with passwords."""

    label = "6桁のコード"
    help_text = "認証アプリに表示されている数字です。"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = self.label, self.help_text
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input--short"}
        field.error_messages["required"] = "コードを入力してください。"

    def clean_code(self):
        code = self.cleaned_data["code"]
        # Anything else cannot be a code; comparing it would be an error.
        if len(code) > LONGEST_CODE or not code.isascii():
            raise ValidationError(WRONG_CODE)
        account, address = f"code {self.user.pk}", context.request.META.get("REMOTE_ADDR", "")
        if not take_try(account, address):
            raise ValidationError(TOO_MANY)
        code = super().clean_code()
        give_back(account, address)
        return code


class CodeForm(LimitedCodeMixin, code_forms.AuthenticateForm):
    help_text = "認証アプリに表示されている数字か、控えておいた回復用コードを入力してください。"


class ReauthenticateCodeForm(LimitedCodeMixin, code_forms.ReauthenticateForm):
    help_text = CodeForm.help_text


class ActivateAppForm(LimitedCodeMixin, totp_forms.ActivateTOTPForm):
    pass


def name_field(**options):
    return forms.CharField(
        label="パスキーの名前",
        help_text="どの機器のものか、あとで分かる名前にしてください。例：仕事のパソコン",
        max_length=LONGEST_NAME,
        error_messages={"required": "名前を入力してください。"},
        **options,
    )


@contextmanager
def refusing_nonsense():
    """What browsers do not send, the package lets become an error: refuse it instead."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ValidationError(WRONG_PASSKEY) from error


class CheckedCredentialMixin:
    def clean_credential(self):
        with refusing_nonsense():
            return super().clean_credential()


class PasskeyForm(CheckedCredentialMixin, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class PasskeySignInForm(CheckedCredentialMixin, webauthn_forms.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(CheckedCredentialMixin, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field(required=False)
        passwordless = self.fields["passwordless"]
        passwordless.label = "パスワードなしのサインインにも使う"
        passwordless.help_text = "指紋や顔、暗証番号で確かめる機器で選べます。"
        self.order_fields(["name", "passwordless", "credential"])

    def clean(self):
        with refusing_nonsense():
            return super().clean()


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field()
