"""People in the admin."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import User
from accounts.roles import Role
from tests import factories
from tests.factories import UserFactory, secretariat

pytestmark = pytest.mark.django_db
INLINE = "role_assignments"


@pytest.fixture
def superuser(client):
    user = factories.superuser()
    client.force_login(user)
    return user


def management_form(total, initial=0):
    return {f"{INLINE}-TOTAL_FORMS": total, f"{INLINE}-INITIAL_FORMS": initial}


def test_list_add_and_search_open(client, superuser):
    user = secretariat()

    listed = client.get(reverse("admin:accounts_user_changelist"), {"q": user.email})

    assert listed.status_code == 200
    assert "事務局" in listed.content.decode()
    assert client.get(reverse("admin:accounts_user_add")).status_code == 200


def test_number_of_queries_of_the_list_does_not_grow(client, superuser, django_assert_max_num_queries):
    for _ in range(15):
        secretariat()

    with django_assert_max_num_queries(8):
        client.get(reverse("admin:accounts_user_changelist"))


def test_person_is_added_by_mail_address(client, superuser):
    password = "はるはあけぼのやうやうしろく"
    data = {"email": "hanako@example.jp", "display_name": "花子", "usable_password": "true"}

    response = client.post(
        reverse("admin:accounts_user_add"), data | {"password1": password, "password2": password, **management_form(0)}
    )

    assert response.status_code == 302
    assert User.objects.get(email="hanako@example.jp").check_password(password)


def test_role_remembers_who_gave_it(client, superuser):
    user = UserFactory()
    data = {"email": user.email, "display_name": "花子", "is_active": "on", f"{INLINE}-0-role": Role.SECRETARIAT}

    response = client.post(reverse("admin:accounts_user_change", args=[user.pk]), data | management_form(1))

    assert response.status_code == 302, response.context["errors"]
    assignment = user.role_assignments.get()
    assert assignment.role == Role.SECRETARIAT
    assert assignment.granted_by == superuser


def test_role_can_be_taken_away(client, superuser):
    user = secretariat()
    assignment = user.role_assignments.get()
    data = {"email": user.email, "is_active": "on", f"{INLINE}-0-id": assignment.pk, f"{INLINE}-0-user": user.pk}

    client.post(
        reverse("admin:accounts_user_change", args=[user.pk]),
        data | {f"{INLINE}-0-DELETE": "on", **management_form(1, initial=1)},
    )

    assert not user.role_assignments.exists()


def test_people_are_not_deleted(client, superuser):
    user = UserFactory()

    assert client.post(reverse("admin:accounts_user_delete", args=[user.pk])).status_code == 403


def test_people_are_hidden_from_the_secretariat(client):
    client.force_login(secretariat())

    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_lost_second_factor_is_taken_away_and_the_person_told(
    client, superuser, mailoutbox, django_capture_on_commit_callbacks
):
    user = factories.with_second_factor(UserFactory())
    data = {"action": "take_second_factor_away", "_selected_action": [user.pk]}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:accounts_user_changelist"), data)

    assert not user.has_second_factor
    assert superuser.has_second_factor
    assert [mail.to for mail in mailoutbox] == [[user.email]]


def test_keys_of_apps_are_shown_to_nobody():
    assert not {"mfa", "account"} & {model._meta.app_label for model in admin.site._registry}


def test_changed_address_has_to_be_confirmed_again(client, superuser):
    user = factories.member()
    data = {"email": "New@example.jp", "is_active": "on"}

    client.post(reverse("admin:accounts_user_change", args=[user.pk]), data | management_form(0))

    user.refresh_from_db()
    assert user.email == "new@example.jp"
    assert not user.emailaddress_set.exists()


def test_closed_account_cannot_be_opened_again(client, superuser):
    user = close_account(factories.member())

    response = client.post(
        reverse("admin:accounts_user_change", args=[user.pk]), {"is_active": "on", "email": "a@example.jp"}
    )

    assert response.status_code == 403
