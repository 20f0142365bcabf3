"""What people say about themselves, and leaving."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import close_account, propose_role
from accounts.models import NAME_OF_CLOSED, Occupation, User
from accounts.roles import Role
from taxonomy.models import Theme
from tests.factories import PASSWORD, CaseStudyFactory, UserFactory, confirm_identity, member, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = member(email="hanako@example.jp", display_name="花子")
    client.force_login(user)
    return user


def save(client, **data):
    return client.post(reverse("accounts:profile"), {"display_name": "花子"} | data)


def test_profile_is_saved(client, user):
    theme = Theme.objects.first()

    response = save(
        client,
        display_name="はなこ",
        affiliation="ささえあいの会",
        occupation=Occupation.NPO,
        region="20",
        municipality="202037",
        themes=[theme.pk],
    )

    user.refresh_from_db()
    assert response.status_code == 302
    assert (user.display_name, user.affiliation, user.occupation) == ("はなこ", "ささえあいの会", Occupation.NPO)
    assert user.region_id == "202037"
    assert list(user.themes.all()) == [theme]
    page = client.get(reverse("accounts:profile")).content.decode()
    assert '<option value="202037" selected>' in page


@pytest.mark.parametrize(
    ("region", "municipality", "kept"),
    [("", "", None), ("13", "", "13"), ("13", "202037", "13"), ("00", "", "00"), ("202037", "", "202037")],
)
def test_region_comes_from_the_picker(client, user, region, municipality, kept):
    save(client, region=region, municipality=municipality)

    user.refresh_from_db()
    assert user.region_id == kept


@pytest.mark.parametrize(
    "data",
    [
        {"display_name": "あ" * 51},
        {"display_name": "花子\nBcc: x@example.com"},
        {"display_name": "花\u2028子"},
        {"display_name": NAME_OF_CLOSED},
        {"affiliation": "あ" * 10_000},
        {"occupation": "king"},
        {"themes": ["0"]},
        {"themes": ["x"]},
        {"region": "999999"},
        {"region": "あ" * 10_000},
        {"themes": ["9" * 30]},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(client, user, data):
    response = save(client, **data)

    assert response.status_code == 200
    page = response.content.decode()
    assert 'id="error-summary"' in page
    assert "花子 さんの登録情報" in page
    user.refresh_from_db()
    assert (user.display_name, user.affiliation, user.region_id) == ("花子", "", None)


@pytest.mark.parametrize("text", ["😀", "<script>alert(1)</script>", "' OR 1=1 --", "髙﨑 𠮷野"])
def test_odd_text_is_kept_and_shown_as_text(client, user, text):
    assert save(client, display_name=text, affiliation=text).status_code == 302

    assert "<script>alert" not in client.get(reverse("accounts:profile")).content.decode()
    user.refresh_from_db()
    assert user.display_name == text


def test_nul_is_refused(client, user):
    assert save(client, affiliation="a\x00b").status_code == 400


def test_nobody_gives_themselves_more(client, user):
    save(client, is_superuser="on", is_active="", email="root@example.jp", role=Role.SECRETARIAT)

    user.refresh_from_db()
    assert not user.is_superuser
    assert user.email == "hanako@example.jp"
    assert user.roles == frozenset()


# Leaving


def test_leaving_asks_twice(client, user):
    assert client.post(reverse("accounts:leave"))["Location"].startswith(reverse("account_reauthenticate"))

    confirm_identity(client)
    assert client.get(reverse("accounts:leave")).status_code == 200
    user.refresh_from_db()
    assert user.is_active


def test_leaving_ends_every_session_and_tells_by_mail(client, user, mailoutbox, django_capture_on_commit_callbacks):
    elsewhere = Client()
    elsewhere.force_login(user)
    confirm_identity(client)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("accounts:leave"))

    assert response["Location"] == reverse("accounts:left")
    assert client.get(response["Location"]).status_code == 200
    for browser in (client, elsewhere):
        assert browser.get(reverse("accounts:profile")).status_code == 302
    assert mailoutbox[-1].to == ["hanako@example.jp"]
    assert "退会" in mailoutbox[-1].subject


def test_leaving_removes_the_person_and_keeps_what_was_written(user):
    user.affiliation, user.occupation, user.region_id = "ささえあいの会", Occupation.NPO, "13"
    user.save()
    user.themes.add(Theme.objects.first())
    with_second_factor(user)
    propose_role(user, email="hanako@mhlw.go.jp")
    user.role_assignments.create(role=Role.COORDINATOR)
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=user, content_type=people, object_id=user.pk, object_repr="花子", action_flag=CHANGE, change_message="花子"
    )
    case = CaseStudyFactory(created_by=user)

    close_account(user)

    user = User.objects.get(pk=user.pk)
    case.refresh_from_db()
    assert str(case.created_by) == NAME_OF_CLOSED
    assert (user.affiliation, user.occupation, user.region, user.last_login) == ("", "", None, None)
    assert "hanako" not in user.email
    assert not user.is_active
    assert not user.has_usable_password()
    for belongings in (user.themes, user.role_assignments, user.role_proposals, user.emailaddress_set):
        assert not belongings.exists()
    assert not Authenticator.objects.exists()
    assert LogEntry.objects.get().object_repr == NAME_OF_CLOSED


def test_address_is_free_again(client, user, mailoutbox):
    close_account(user)
    client.logout()

    data = {"email": "hanako@example.jp", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)

    assert User.objects.filter(email="hanako@example.jp", is_active=True).exists()
    assert "確認する" in mailoutbox[-1].body


def test_several_people_may_leave():
    for _ in range(2):
        close_account(member())

    assert User.objects.filter(display_name=NAME_OF_CLOSED).count() == 2


def test_database_keeps_closed_accounts_closed():
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(closed_at=timezone.now())
