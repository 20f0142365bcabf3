"""The permission table, and who gets into the admin."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import RoleAssignment, User
from accounts.roles import PERMISSIONS, Role
from tests.factories import UserFactory, secretariat

pytestmark = pytest.mark.django_db
EVERY_PERMISSION = {
    f"{model._meta.app_label}.{codename}"
    for model in apps.get_models()
    for codename in [
        *(f"{verb}_{model._meta.model_name}" for verb in model._meta.default_permissions),
        *(codename for codename, _ in model._meta.permissions),
    ]
}


def test_every_role_stands_in_the_table():
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_table_names_permissions_that_exist(role):
    assert PERMISSIONS[role] - EVERY_PERMISSION == set()


@pytest.mark.parametrize("role", Role)
def test_person_has_what_the_table_gives_the_role_and_nothing_else(role):
    user = UserFactory(role=role)

    assert {permission for permission in EVERY_PERMISSION if user.has_perm(permission)} == PERMISSIONS[role]


def test_person_without_a_role_has_no_permission():
    user = UserFactory()

    assert user.get_all_permissions() == set()
    assert not user.is_staff
    assert not user.has_module_perms("cases")


def test_permissions_end_with_the_account():
    user = secretariat()
    user.is_active = False

    assert user.get_all_permissions() == set()
    assert not user.is_staff


def test_superuser_may_do_everything():
    user = User.objects.create_superuser("root@example.jp")

    assert user.is_staff
    assert all(user.has_perm(permission) for permission in EVERY_PERMISSION)


def test_anonymous_visitor_may_do_nothing():
    assert not any(AnonymousUser().has_perm(permission) for permission in EVERY_PERMISSION)


def test_secretariat_manages_no_people():
    user = secretariat()

    assert not user.has_perm("accounts.view_user")
    assert not user.has_perm("accounts.add_roleassignment")


@pytest.mark.parametrize(("role", "status"), [(None, 302), (Role.SECRETARIAT, 200)])
def test_only_the_secretariat_enters_the_admin(client, role, status):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse("admin:index")).status_code == status


def test_anonymous_visitor_of_the_admin_is_asked_to_sign_in(client):
    response = client.get(reverse("admin:index"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


def test_mail_address_is_unique_in_any_case():
    UserFactory(email="hanako@example.jp")

    with pytest.raises(ValidationError, match="すでに登録されています"):
        User(email="Hanako@EXAMPLE.jp").validate_constraints()
    with pytest.raises(IntegrityError):
        UserFactory(email="HANAKO@example.jp")


def test_user_needs_a_mail_address():
    with pytest.raises(ValueError, match="mail address"):
        User.objects.create_user("")


def test_role_is_given_once():
    user = secretariat()

    with pytest.raises(IntegrityError):
        RoleAssignment.objects.create(user=user, role=Role.SECRETARIAT)


def test_createsuperuser_makes_somebody_who_can_sign_in(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "ふるさとの山に向かひて")

    call_command("createsuperuser", "--no-input", "--email", "root@example.jp", verbosity=0)

    assert client.login(username="ROOT@example.jp", password="ふるさとの山に向かひて")
