"""Every page of accounts, as everybody: who sees it, and that it is whole."""

import re

import pytest
from django.urls import reverse

from accounts.roles import Role
from tests.factories import UserFactory, confirm_identity, member, with_second_factor

pytestmark = pytest.mark.django_db
SIGN_IN = "account_login"

# page: what anonymous visitors, members and the secretariat get
PAGES = {
    "account_login": (200, 302, 302),
    "account_signup": (200, 302, 302),
    "account_logout": (302, 200, 200),
    "account_inactive": (200, 200, 200),
    "account_email_verification_sent": (200, 200, 200),
    "account_reset_password": (200, 200, 200),
    "account_reset_password_done": (200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200),
    "account_change_password": (302, 200, 200),
    "account_set_password": (302, 302, 302),
    "account_email": (302, 200, 200),
    "account_reauthenticate": (302, 200, 200),
    "account_confirm_login_code": (302, 302, 302),
    "accounts:profile": (302, 200, 200),
    "accounts:roles": (302, 200, 200),
    "accounts:vouching": (302, 200, 200),
    "accounts:leave": (302, 200, 200),
    "accounts:left": (200, 200, 200),
    "mfa_index": (302, 200, 200),
    "mfa_authenticate": (302, 302, 302),
    "mfa_reauthenticate": (302, 302, 200),
    "mfa_activate_totp": (302, 200, 302),
    "mfa_deactivate_totp": (302, 404, 200),
    "mfa_view_recovery_codes": (302, 404, 404),
    "mfa_download_recovery_codes": (302, 404, 404),
    "mfa_generate_recovery_codes": (302, 200, 200),
    "mfa_list_webauthn": (302, 200, 200),
    "mfa_add_webauthn": (302, 200, 200),
    "mfa_reauthenticate_webauthn": (302, 302, 302),
    "mfa_login_webauthn": (302, 302, 302),
}


def somebody(client, who):
    if who == "anonymous":
        return
    user = member(role=Role.SECRETARIAT if who == "secretariat" else None)
    client.force_login(user)
    confirm_identity(client)


@pytest.mark.parametrize("position", range(3), ids=["anonymous", "member", "secretariat"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_whom_it_is_for(client, name, position):
    somebody(client, ["anonymous", "member", "secretariat"][position])

    response = client.get(reverse(name))

    assert response.status_code == PAGES[name][position]
    if response.status_code == 200:
        _is_whole(response.content.decode())


def _is_whole(html):
    assert html.count("<h1") == 1
    assert '<html lang="ja">' in html
    assert re.search(r"<title>[^<]+｜生活支援共創プラットフォーム</title>", html)
    assert 'class="breadcrumb' in html
    assert " style=" not in html
    assert "<style" not in html
    assert "data:image" not in html
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all(" src=" in script or 'type="application/json"' in script for script in scripts)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_no_error_page(client, name, method):
    somebody(client, "member")

    assert getattr(client, method)(reverse(name)).status_code < 500


def test_closed_page_leads_to_the_sign_in_page_and_back(client):
    response = client.get(reverse("accounts:profile"))

    assert response["Location"] == f"{reverse(SIGN_IN)}?next={reverse('accounts:profile')}"


def test_header_of_visitors_names_the_two_ways_in_and_sets_no_cookie(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("about"))

    html = response.content.decode()
    assert f'href="{reverse("account_login")}">サインイン</a>' in html
    assert f'href="{reverse("account_signup")}">登録</a>' in html
    assert not response.cookies
    assert response["Cache-Control"].startswith("public")


def test_header_of_members_leads_to_the_profile(client):
    client.force_login(UserFactory(display_name="花子"))

    html = client.get(reverse("about")).content.decode()

    assert f'href="{reverse("accounts:profile")}">花子 さんの登録情報</a>' in html
    assert reverse("account_signup") not in html


def test_foreign_passkey_is_not_there(client):
    other = with_second_factor(member())
    key = other.authenticator_set.create(type="webauthn", data={"name": "鍵"})
    somebody(client, "member")

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, kwargs={"pk": key.pk})).status_code == 404
        assert client.post(reverse(name, kwargs={"pk": key.pk}), {"name": "x"}).status_code == 404
