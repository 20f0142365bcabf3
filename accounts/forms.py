"""Signing in to the admin, and its forms for people."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm, UsernameField
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.sign_in_limit import give_back, take_try


class AdminSignInForm(AdminAuthenticationForm):
    """Mail address and password; after ten wrong tries nobody gets in from there for a while."""

    username = UsernameField(
        label="メールアドレス", widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "メールアドレスかパスワードが違います。もう一度入力してください。",
        "too_many": "続けて何度も間違えたため、受け付けを止めています。15分ほどたってから、もう一度お試しください。",
    }

    def clean(self):
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (email and password):
            return super().clean()
        address = self.request.META["REMOTE_ADDR"]
        if not take_try(email, address):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        cleaned = super().clean()
        give_back(email, address)
        return cleaned


class UserAddForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "display_name"]
        field_classes = {}


class UserEditForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "display_name", "password", "is_active", "is_superuser"]
        field_classes = {}
