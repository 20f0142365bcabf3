"""Signing up, confirming the address, new passwords and a new address: what works and what strangers learn."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.factories import PASSWORD, UserFactory, confirm_identity, member

pytestmark = pytest.mark.django_db
NEW = "あきはゆふぐれゆふひのさして"


def sign_up(client, email="hanako@example.jp", password=PASSWORD, again=None, **headers):
    data = {"email": email, "password1": password, "password2": password if again is None else again}
    return client.post(reverse("account_signup"), data, **headers)


def link_of(mail, name):
    """The path of the link in the mail; links stand alone in their line, with the site's public address."""
    part = {"confirm": "confirm-email/", "reset": "password/reset/key/"}[name]
    return re.search(rf"^http://127\.0\.0\.1:8000(/accounts/{part}\S+/)$", mail.body, re.MULTILINE).group(1)


def without_tokens(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_from_nothing_to_mypage(client, mailoutbox):
    response = sign_up(client, "Hanako@Example.jp")

    assert response["Location"] == reverse("account_email_verification_sent")
    assert client.get(response["Location"]).status_code == 200
    assert [mail.to for mail in mailoutbox] == [["hanako@example.jp"]]
    assert "_auth_user_id" not in client.session

    confirmed = client.post(link_of(mailoutbox[0], "confirm"))

    assert confirmed["Location"] == reverse("mypage")
    assert EmailAddress.objects.get().verified
    assert client.get(reverse("mypage")).context["user"].email == "hanako@example.jp"


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_confirmation_changes_nothing(client, mailoutbox, method):
    sign_up(client)
    link = link_of(mailoutbox[0], "confirm")

    assert getattr(client, method)(link).status_code == 200

    assert not EmailAddress.objects.get().verified
    assert "_auth_user_id" not in client.session


def test_confirmation_in_another_browser_leads_to_the_sign_in_page(client, mailoutbox):
    sign_up(client)
    client.cookies.clear()

    assert client.post(link_of(mailoutbox[0], "confirm"))["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("key", ["x", "MQ:1:1", "あ", "-" * 5000])
def test_invented_confirmation_is_told_so(client, key):
    response = client.get(f"/accounts/confirm-email/{key}/")

    assert response.status_code in (200, 404)
    assert client.post(f"/accounts/confirm-email/{key}/").status_code == 404


def test_confirmation_ends_after_three_days(client, mailoutbox):
    sign_up(client)
    link = link_of(mailoutbox[0], "confirm")

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert "このリンクは使えません" in client.get(link).content.decode()
        client.post(link)

    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234", "hanako@example.jp"])
def test_weak_password_is_refused(client, password):
    response = sign_up(client, password=password)

    assert "password1" in response.context["form"].errors
    assert not User.objects.exists()


def test_rules_are_shown_and_passwords_must_be_the_same(client):
    response = sign_up(client, again=NEW)
    page = response.content.decode()

    assert "12文字以上" in page
    assert "2つのパスワードが違います" in page
    assert PASSWORD not in page


@pytest.mark.parametrize("confirmed", [True, False])
def test_known_address_is_answered_like_a_new_one_and_its_owner_gets_a_mail(client, mailoutbox, confirmed):
    user = member(email="known@example.jp") if confirmed else UserFactory(email="known@example.jp")

    known = sign_up(client, "known@example.jp")
    known_page = without_tokens(client.get(known["Location"]))
    client.cookies.clear()
    unknown = sign_up(client, "newer@example.jp")
    unknown_page = without_tokens(client.get(unknown["Location"]))

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known_page == unknown_page.replace("newer@example.jp", "known@example.jp")
    assert set(known.cookies) == set(unknown.cookies)
    assert "すでに登録されています" in mailoutbox[0].body
    assert mailoutbox[0].to == [user.email]
    user.refresh_from_db()
    assert User.objects.filter(email="known@example.jp").count() == 1


def test_reset_is_answered_alike_for_known_and_unknown_addresses(client, mailoutbox):
    member(email="known@example.jp")
    answers = []
    for email in ("known@example.jp", "newer@example.jp"):
        client.cookies.clear()
        sent = client.post(reverse("account_reset_password"), {"email": email})
        answers.append((sent.status_code, sent["Location"], without_tokens(client.get(sent["Location"]))))

    assert answers[0] == answers[1]
    assert ["新しいパスワード" in mail.body for mail in mailoutbox] == [True, False]


def test_reset_sets_a_password_once(client, mailoutbox):
    user = member()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_of(mailoutbox[0], "reset")
    form = client.get(link)["Location"]

    done = client.post(form, {"password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert user.check_password(NEW)
    assert mailoutbox[-1].subject.endswith("パスワードが変わりました")
    assert "このリンクは使えません" in client.get(link, follow=True).content.decode()


@pytest.mark.parametrize("key", ["1-x", "zzzzzzzzzzzzz-x", "1-set-password", "0-あ"])
def test_invented_reset_link_is_told_so(client, key):
    response = client.get(f"/accounts/password/reset/key/{key}/", follow=True)

    assert response.status_code == 200
    assert "このリンクは使えません" in response.content.decode()


def test_reset_after_too_many_wrong_tries_lets_in(client, mailoutbox):
    user = member()
    for n in range(11):
        client.post(reverse("account_login"), {"login": user.email, "password": "x"}, REMOTE_ADDR=f"192.0.2.{n}")
    client.post(reverse("account_reset_password"), {"email": user.email})

    form = client.get(link_of(mailoutbox[0], "reset"))["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})

    assert client.post(reverse("account_login"), {"login": user.email, "password": NEW}).status_code == 302


def test_password_change_asks_for_the_present_one(client):
    user = member()
    client.force_login(user)
    data = {"password1": NEW, "password2": NEW}

    assert client.post(reverse("account_change_password"), data | {"oldpassword": "wrong"}).status_code == 200
    assert client.post(reverse("account_change_password"), data | {"oldpassword": PASSWORD}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.fixture
def signed_in(client):
    user = member(email="hanako@example.jp")
    client.force_login(user)
    confirm_identity(client)
    return user


def change_address(client, email):
    return client.post(reverse("account_email"), {"email": email, "action_add": ""})


def test_address_changes_when_the_new_one_is_confirmed(client, signed_in, mailoutbox):
    change_address(client, "new@example.jp")
    signed_in.refresh_from_db()
    assert signed_in.email == "hanako@example.jp"

    client.post(link_of(mailoutbox[0], "confirm"))

    signed_in.refresh_from_db()
    assert signed_in.email == "new@example.jp"
    assert [address.email for address in signed_in.emailaddress_set.all()] == ["new@example.jp"]
    assert ["hanako@example.jp"] in [mail.to for mail in mailoutbox]  # the former address is told


def test_change_asks_for_the_password_again(client):
    user = member()
    client.force_login(user)

    response = change_address(client, "new@example.jp")

    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="new@example.jp").exists()


def test_change_to_the_address_of_another_is_answered_alike_and_fails_at_the_confirmation(
    client, signed_in, mailoutbox
):
    other = member(email="other@example.jp")

    known = change_address(client, "other@example.jp")
    client.post(link_of(mailoutbox[0], "confirm"))
    unknown = change_address(client, "new@example.jp")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    other.refresh_from_db()
    signed_in.refresh_from_db()
    assert (signed_in.email, other.email) == ("hanako@example.jp", "other@example.jp")


def test_squatter_who_never_confirmed_gives_way(client, signed_in, mailoutbox):
    squatter = UserFactory(email="new@example.jp")
    change_address(client, "new@example.jp")

    client.post(link_of(mailoutbox[0], "confirm"))

    signed_in.refresh_from_db()
    assert signed_in.email == "new@example.jp"
    assert not User.objects.filter(pk=squatter.pk).exists()


HOSTILE = [
    "\x00",
    "a\x00b@example.jp",
    "😀@example.jp",
    "あ" * 10_000,
    "a" * 300 + "@example.jp",
    "a@b.jp\r\nBcc: c@d.jp",
]


@pytest.mark.parametrize(
    "text", [*HOSTILE, "a@b.jp\r\nBcc: c@d.jp", "😀" * 300, "<script>alert(1)</script>", "\ud800", "' OR 1=1 --"]
)
def test_no_text_in_any_field_is_an_error_page(client, mailoutbox, text):
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    statuses = []
    for name, fields in {
        "account_signup": ["email", "password1", "password2", "next"],
        "account_login": ["login", "password", "remember", "next"],
        "account_reset_password": ["email", "next"],
    }.items():
        for field in fields:
            good = {"email": "a@example.jp", "login": "a@example.jp", "password": PASSWORD}
            good |= {"password1": PASSWORD, "password2": PASSWORD}
            client.cookies.clear()
            statuses.append(client.post(reverse(name), good | {field: text}).status_code)

    assert set(statuses) <= {200, 302, 400, 429}
    for mail in mailoutbox:
        assert len(mail.to) == 1
        assert not mail.message()["Bcc"]
        assert "\n" not in mail.subject


def test_many_sign_ups_from_one_address_have_to_wait(client):
    statuses = [sign_up(client, f"person{n}@example.com", "short").status_code for n in range(21)]

    assert statuses == [200] * 20 + [429]
    assert "少しお待ちください" in sign_up(client).content.decode()


def test_forged_forwarding_header_gives_no_new_tries(client, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for n in range(20):
        sign_up(client, "a@example.com", "short", headers={"x-forwarded-for": f"203.0.113.{n}, 192.0.2.1"})

    same = sign_up(client, "a@example.com", "short", headers={"x-forwarded-for": "8.8.8.8, 192.0.2.1"})
    other = sign_up(client, "a@example.com", "short", headers={"x-forwarded-for": "8.8.8.8, 192.0.2.2"})

    assert (same.status_code, other.status_code) == (429, 200)


def test_sign_up_can_be_closed(client, settings):
    settings.SIGN_UP_IS_OPEN = False

    response = client.post(reverse("account_signup"), {"email": "new@example.jp"})

    assert "いまは登録を受け付けていません" in response.content.decode()
    assert not User.objects.filter(email="new@example.jp").exists()
