"""Apps, passkeys and recovery codes; staff who publish cannot do without."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from accounts.models import RoleAssignment, User
from accounts.roles import PERMISSIONS, STAFF_ROLES, Role, publishes
from tests.factories import (
    PASSWORD,
    TOTP_SECRET,
    OrganizationFactory,
    UserFactory,
    confirm_identity,
    member,
    superuser,
    with_second_factor,
)

pytestmark = pytest.mark.django_db


def current_code(secret=TOTP_SECRET):
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def answer(client, code, **headers):
    return client.post(reverse("mfa_authenticate"), {"code": code}, **headers)


@pytest.fixture
def guarded():
    return with_second_factor(member())


def test_password_alone_does_not_let_in(client, guarded):
    assert sign_in(client, guarded)["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session

    assert answer(client, current_code())["Location"] == reverse("mypage")
    assert client.session["_auth_user_id"] == str(guarded.pk)


def test_admin_asks_for_the_second_factor_too(client):
    user = superuser()

    asked = client.get(reverse("admin:index"), follow=True)
    assert asked.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_code_serves_once(client, guarded):
    code = current_code()
    sign_in(client, guarded)
    answer(client, code)
    client.logout()

    sign_in(client, guarded)

    assert "コードが違います" in answer(client, code).content.decode()


def test_recovery_code_serves_once(client, guarded):
    code = RecoveryCodes.activate(guarded).generate_codes()[0]
    sign_in(client, guarded)
    assert answer(client, code).status_code == 302
    client.logout()

    sign_in(client, guarded)

    assert "コードが違います" in answer(client, code).content.decode()


def test_ten_wrong_codes_and_the_right_one_has_to_wait(client, guarded):
    sign_in(client, guarded)
    for n in range(10):
        assert "コードが違います" in answer(client, "000000", REMOTE_ADDR=f"192.0.2.{n}").content.decode()
    cache.clear()  # another process has another cache

    assert "受け付けを止めています" in answer(client, current_code()).content.decode()


@pytest.mark.parametrize("code", ["", "😀", "１２３４５６", "0" * 10_000, "\x00", "a\r\nb", "-1", " "])
def test_no_code_is_an_error_page(client, guarded, code):
    sign_in(client, guarded)

    assert answer(client, code).status_code in (200, 400)


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "1", '{"id": "x"}', "not json", "null", '{"id": 1, "rawId": []}']
)
def test_no_credential_is_an_error_page(client, guarded, credential):
    sign_in(client, guarded)

    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code in (200, 302)
    client.cookies.clear()
    assert client.post(reverse("mfa_login_webauthn"), {"credential": credential}).status_code == 302
    client.force_login(member())
    confirm_identity(client)
    assert client.post(reverse("mfa_add_webauthn"), {"credential": credential}).status_code == 200


def test_passkey_page_gives_options_to_scripts_only(client):
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})

    assert "challenge" in options.json()["request_options"]["publicKey"]
    assert client.get(reverse("mfa_login_webauthn"))["Location"] == reverse("account_login")


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_gives_recovery_codes(client, mailoutbox):
    client.force_login(user := member())
    confirm_identity(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    assert "<svg role=" in page.content.decode()
    assert "data:image" not in page.content.decode()
    response = client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert {row.type for row in Authenticator.objects.filter(user=user)} == {"totp", "recovery_codes"}
    assert {mail.to[0] for mail in mailoutbox} == {user.email}


def test_setting_up_asks_for_the_password_again(client):
    client.force_login(member())

    for name in ("mfa_activate_totp", "mfa_add_webauthn", "accounts:leave"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate")), name


def test_wrong_passwords_are_counted_there_too(client):
    client.force_login(member())
    pages = [client.post(reverse("account_reauthenticate"), {"password": "wrong"}) for _ in range(10)]

    assert all(page.status_code == 200 for page in pages)
    cache.clear()
    assert (
        "受け付けを止めています"
        in client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).content.decode()
    )


# Staff


def without_second_factor(role):
    user = member()
    RoleAssignment.objects.create(user=user, role=role, region_id="13")
    return user


CLOSED_PAGES = ["home", "about", "cases:list", "admin:index", "account_change_password", "search:all"]
OPEN_PAGES = ["accounts:profile", "mfa_index", "account_email", "account_logout"]


def test_secretariat_is_led_to_the_set_up_page(client):
    client.force_login(without_second_factor(Role.SECRETARIAT))

    for name in CLOSED_PAGES:
        response = client.get(reverse(name))
        assert (response.status_code, response.get("Location")) == (302, reverse("mfa_index")), name
    for name in OPEN_PAGES:
        assert client.get(reverse(name)).status_code == 200, name
    assert "設定をお願いします" in client.get(reverse("mfa_index")).content.decode()


def test_superuser_of_the_command_is_led_there_too(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--no-input", "--email", "Root@example.jp", verbosity=0)

    signed_in = sign_in(client, User.objects.get(email="root@example.jp"))

    assert signed_in["Location"] == reverse("mypage")  # the address counts as confirmed
    assert client.get(reverse("admin:index"))["Location"] == reverse("mfa_index")


def test_posts_are_held_back_as_well(client):
    client.force_login(without_second_factor(Role.SECRETARIAT))

    assert client.post(reverse("admin:cases_casestudy_add"), {})["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MUNICIPAL, Role.MINISTRY])
def test_who_does_not_publish_may_go_on(client, role):
    client.force_login(without_second_factor(role))

    assert client.get(reverse("about")).status_code == 200


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.MUNICIPAL, Role.PREFECTURAL])
def test_staff_role_that_gets_to_publish_needs_it_at_once(client, monkeypatch, role):
    monkeypatch.setitem(PERMISSIONS, role, {"cases.view_casestudy", "cases.add_casestudy"})
    client.force_login(without_second_factor(role))

    assert publishes(role)
    assert client.get(reverse("about"))["Location"] == reverse("mfa_index")


def test_reading_alone_is_not_publishing(monkeypatch):
    monkeypatch.setitem(PERMISSIONS, Role.MINISTRY, {"cases.view_casestudy"})

    assert not publishes(Role.MINISTRY)
    assert Role.COORDINATOR not in STAFF_ROLES


def test_recovery_codes_alone_are_no_second_factor(client):
    user = without_second_factor(Role.SECRETARIAT)
    RecoveryCodes.activate(user)

    assert not user.has_second_factor


def test_visitors_and_members_cost_no_more(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("about"))
    client.force_login(UserFactory())
    with django_assert_num_queries(4):  # session, person, roles, organizations that publish by themselves
        client.get(reverse("about"))


def test_member_of_an_organization_that_publishes_by_itself_is_led_to_the_set_up(client):
    """Nobody reads what such a member writes before the public does."""
    organization = OrganizationFactory(published=True)
    person = UserFactory()
    organization.memberships.create(user=person)
    client.force_login(person)
    assert client.get("/mypage/").status_code == 200

    type(organization).objects.update(can_self_publish=True)

    assert_led_to_the_set_up(client.get("/mypage/"))
    assert_led_to_the_set_up(client.post(f"/organizations/{organization.pk}/edit/"))
    with_second_factor(person)
    assert client.get("/mypage/").status_code == 200


def assert_led_to_the_set_up(response):
    assert (response.status_code, response.headers.get("Location")) == (302, "/accounts/2fa/")
