"""Forms of signing up, signing in and passwords: allauth's, with our words and limits."""

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

RULES_FOR_PASSWORDS = (
    "12文字以上で決めてください。数字だけのもの、よく使われているもの、メールアドレスに似たものは使えません。"
    "長い言葉をいくつか組み合わせると、覚えやすく安全です。"
)
NOT_THE_SAME = "2つのパスワードが違います。同じものを入力してください。"
LONGEST_PASSWORD = 1000


def email_field(label="メールアドレス", help_text="例：taro@example.jp", autocomplete="email"):
    return forms.EmailField(
        label=label,
        help_text=help_text,
        # No maxlength in the page: browsers would cut off silently.
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
        validators=[MaxLengthValidator(254)],
        error_messages={
            "required": "メールアドレスを入力してください。",
            "invalid": "メールアドレスの形で入力してください。例：taro@example.jp",
            "max_length": "メールアドレスは254文字以内で入力してください。",
        },
    )


def change_password_field(field, *, label, help_text=""):
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.validators.append(
        MaxLengthValidator(LONGEST_PASSWORD, f"パスワードは{LONGEST_PASSWORD:,}文字以内で入力してください。")
    )
    field.error_messages["required"] = f"{label}を入力してください。"


class TwoPasswordsMixin:
    """A new password, typed twice; its rules are shown."""

    what = "新しいパスワード"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        change_password_field(self.fields["password1"], label=self.what, help_text=RULES_FOR_PASSWORDS)
        change_password_field(self.fields["password2"], label=f"{self.what}（確認のためもう一度）")

    def add_error(self, field, error):
        # The package says a difference as text, everything else as an exception.
        differs = field == "password2" and not isinstance(error, ValidationError)
        super().add_error(field, NOT_THE_SAME if differs else error)


class SignUpForm(TwoPasswordsMixin, allauth_forms.SignupForm):
    what = "パスワード"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field(help_text="確認のメールをお送りします。例：taro@example.jp")
        self.order_fields(["email", "password1", "password2"])

    def try_save(self, request):
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # takes as long as making the account would
        return super().try_save(request)


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field(help_text="", autocomplete="username")
        change_password_field(self.fields["password"], label="パスワード")
        self.fields["remember"].label = "次からもサインインしたままにする"
        self.fields["remember"].help_text = "ほかの人も使うパソコンでは、選ばないでください。"
        self.order_fields(["login", "password", "remember"])


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field(help_text="登録したアドレスです。例：taro@example.jp")


class NewPasswordForm(TwoPasswordsMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class SetPasswordForm(TwoPasswordsMixin, allauth_forms.SetPasswordForm):
    pass


class ChangePasswordForm(TwoPasswordsMixin, allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        change_password_field(self.fields["oldpassword"], label="いまのパスワード")


class ChangeEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field(label="新しいメールアドレス")


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        change_password_field(self.fields["password"], label="パスワード")
