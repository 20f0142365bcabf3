"""Signing in, and the limit on wrong tries."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Tally
from accounts.sign_in_limit import TRIES, take_try
from tests.factories import PASSWORD, member

pytestmark = pytest.mark.django_db
STOPPED = "受け付けを止めています"
WRONG = "メールアドレスかパスワードが違います"


@pytest.fixture
def user():
    return member()


def sign_in(client, email, password, address="192.0.2.1", **headers):
    data = {"login": email, "password": password}
    return client.post(reverse("account_login"), data, REMOTE_ADDR=address, **headers)


def test_page_asks_for_the_mail_address_in_japanese(client):
    page = client.get(reverse("account_login")).content.decode()

    assert '<html lang="ja"' in page
    assert "メールアドレス" in page
    assert 'type="email"' in page


def test_right_password_leads_to_mypage(client, user):
    response = sign_in(client, user.email.upper(), PASSWORD)

    assert response.status_code == 302
    assert response["Location"] == reverse("mypage")


def test_page_that_was_asked_for_comes_after_signing_in(client, user):
    asked = client.get(reverse("admin:index"), follow=True)
    data = {"login": user.email, "password": PASSWORD, "next": reverse("about")}

    assert asked.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert client.post(reverse("account_login"), data)["Location"] == reverse("about")


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_no_other_site_comes_after_signing_in(client, user, address):
    data = {"login": user.email, "password": PASSWORD, "next": address}

    assert client.post(reverse("account_login"), data)["Location"] == reverse("mypage")


def test_closed_account_is_told_the_same_as_a_stranger(client, user):
    user.is_active = False
    user.save()

    assert WRONG in sign_in(client, user.email, PASSWORD).content.decode()
    assert WRONG in sign_in(client, "nobody@example.jp", PASSWORD).content.decode()


def test_unconfirmed_address_is_sent_a_mail_instead_of_let_in(client, user, mailoutbox):
    user.emailaddress_set.all().delete()

    response = sign_in(client, user.email, PASSWORD)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert [mail.to for mail in mailoutbox] == [[user.email]]


@pytest.mark.parametrize(("remember", "until_browser_closes"), [("on", False), ("", True)])
def test_session_ends_with_the_browser_unless_asked(client, user, remember, until_browser_closes):
    data = {"login": user.email, "password": PASSWORD, "remember": remember}

    client.post(reverse("account_login"), data)

    assert client.session.get_expire_at_browser_close() is until_browser_closes


def test_signing_out_takes_a_post(client, user):
    client.force_login(user)

    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("exists", [True, False])
def test_account_is_closed_after_ten_wrong_tries_whether_it_exists_or_not(client, user, exists):
    email = user.email if exists else "nobody@example.jp"

    pages = [sign_in(client, email, "wrong", f"192.0.2.{n}").content.decode() for n in range(TRIES + 1)]

    assert [WRONG in page for page in pages] == [True] * TRIES + [False]
    assert STOPPED in pages[-1]
    assert STOPPED in sign_in(client, email.upper(), PASSWORD, "198.51.100.1").content.decode()


def test_address_is_closed_after_ten_wrong_tries_at_different_accounts(client, user):
    for n in range(TRIES):
        assert WRONG in sign_in(client, f"person{n}@example.com", "wrong").content.decode()

    assert STOPPED in sign_in(client, user.email, PASSWORD).content.decode()
    assert sign_in(client, user.email, PASSWORD, "192.0.2.99").status_code == 302


def test_forged_forwarding_header_opens_no_new_address(client, user):
    for n in range(TRIES):
        sign_in(client, f"person{n}@example.com", "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")

    refused = sign_in(client, user.email, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.200")

    assert STOPPED in refused.content.decode()


def test_behind_a_trusted_proxy_visitors_are_told_apart(client, user, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for n in range(TRIES):
        sign_in(client, f"person{n}@example.com", "wrong", HTTP_X_FORWARDED_FOR="8.8.8.8, 203.0.113.1")

    same = sign_in(client, user.email, PASSWORD, HTTP_X_FORWARDED_FOR="9.9.9.9, 203.0.113.1")
    other = sign_in(client, user.email, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.2")

    assert STOPPED in same.content.decode()
    assert other.status_code == 302


def test_success_forgets_the_tries_of_the_account_but_not_those_of_the_address(client, user):
    for n in range(TRIES - 1):
        sign_in(client, f"person{n}@example.com", "wrong")

    assert sign_in(client, user.email, PASSWORD).status_code == 302

    client.logout()
    sign_in(client, "last@example.com", "wrong")
    assert STOPPED in sign_in(client, user.email, PASSWORD).content.decode()


def test_waiting_helps_and_old_tries_are_swept_up(client, user):
    for _ in range(TRIES + 1):
        sign_in(client, user.email, "wrong")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client, user.email, PASSWORD).status_code == 302

    assert not Tally.objects.filter(count__gt=1).exists()  # what is left counts forms


def test_table_names_nobody(client):
    sign_in(client, "hanako@example.jp", "wrong", "192.0.2.77")

    keys = "".join(Tally.objects.values_list("key", flat=True))
    assert "hanako" not in keys
    assert "192.0.2.77" not in keys


def test_empty_form_costs_no_try(client, user):
    for _ in range(TRIES + 1):
        sign_in(client, "", "")

    assert sign_in(client, user.email, PASSWORD).status_code == 302


def test_ten_tries_are_taken_and_the_eleventh_refused():
    assert [take_try("a@example.jp", "192.0.2.1") for _ in range(TRIES + 1)] == [True] * TRIES + [False]
