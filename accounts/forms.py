"""The admin's forms for people."""

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.models import User


class UserAddForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "display_name"]
        field_classes = {}


class UserEditForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "display_name", "affiliation", "occupation", "password", "is_active", "is_superuser"]
        field_classes = {}
