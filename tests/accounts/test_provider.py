"""Signing up and in by a provider of OpenID Connect (GビズID), with one that can be made to lie."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from platform_site import settings as site_settings
from tests.accounts.fake_provider import CLIENT_ID, CLIENT_SECRET, KEYS, FakeProvider
from tests.factories import PASSWORD, confirm_identity, member, with_second_factor

pytestmark = pytest.mark.django_db
START, CALLBACK = "/accounts/oidc/start/", "/accounts/oidc/callback/"
SIGN_UP, CONNECTIONS = "/accounts/oidc/sign-up/", "/accounts/oidc/"
FAILED = "サインインできませんでした"


@pytest.fixture
def provider(settings):
    provider = FakeProvider()
    settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "GビズID"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    yield provider
    provider.close()


def go(client, provider, **data):
    """Press the button; returns what the site asks the provider for."""
    response = client.post(START, data)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"].startswith(f"{provider.issuer}/authorize?")
    return dict(parse_qsl(urlsplit(response["Location"]).query))


def come_back(client, provider, asked, **changed):
    answer = {"code": provider.authorize(asked), "state": asked["state"]} | changed
    return client.get(CALLBACK, {name: value for name, value in answer.items() if value is not None})


def sign_in(client, provider, **data):
    return come_back(client, provider, go(client, provider, **data))


def known(provider, **fields):
    """Somebody whose account is joined to the provider's person."""
    user = member(**fields)
    SocialAccount.objects.create(user=user, provider=provider.issuer, uid=provider.claims["sub"])
    return user


def is_signed_in(client):
    return "_auth_user_id" in client.session


# The whole way


def test_site_asks_for_the_mail_address_only_and_proves_itself(client, provider):
    asked = go(client, provider)

    assert set(asked["scope"].split()) == {"openid", "email"}
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) == 64
    assert asked["state"] != go(client, provider)["state"]


def test_new_person_signs_up_with_the_address_that_the_provider_has_confirmed(client, provider):
    response = sign_in(client, provider)
    assert response["Location"] == SIGN_UP
    page = client.get(SIGN_UP).content.decode()
    assert 'value="hanako@example.com"' in page
    assert "GビズIDで確認済みです" in page
    assert "利用規約" in page
    assert not User.objects.exists()

    done = client.post(SIGN_UP, {"email": "other@example.com"})  # a disabled field takes nothing

    assert done["Location"] == reverse("mypage")
    assert is_signed_in(client)
    user = User.objects.get()
    assert user.email == "hanako@example.com"
    assert [(one.email, one.verified, one.primary) for one in user.emailaddress_set.all()] == [(user.email, True, True)]
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == (provider.issuer, "gbiz-1", {})
    assert not SocialToken.objects.exists()
    assert not user.has_usable_password()
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_address_that_is_not_confirmed_is_confirmed_by_mail(client, provider, mailoutbox):
    provider.claims["email_verified"] = False
    sign_in(client, provider)

    done = client.post(SIGN_UP, {"email": "taro@example.com"})

    assert done["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    assert [(one.email, one.verified) for one in EmailAddress.objects.all()] == [("taro@example.com", False)]
    link = re.search(r"(/accounts/confirm-email/\S+/)", mailoutbox[-1].body).group(1)
    client.post(link)
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("said", ["false", "true", 1, None, [True]])
def test_only_a_plain_yes_confirms_an_address(client, provider, said):
    provider.claims["email_verified"] = said
    sign_in(client, provider)

    client.post(SIGN_UP, {"email": provider.claims["email"]})

    assert not EmailAddress.objects.filter(verified=True).exists()
    assert not is_signed_in(client)


@pytest.mark.parametrize("email", [None, "", "x", "a\r\nBcc: b@example.com", "あ" * 10_000, 5, {"a": 1}])
def test_provider_without_a_usable_address_has_it_asked_for(client, provider, email):
    provider.claims["email"] = email
    assert sign_in(client, provider).status_code in (302, 401)

    if "socialaccount_sociallogin" in client.session:
        assert client.get(SIGN_UP).status_code == 200
        assert client.post(SIGN_UP, {"email": ""}).status_code == 200
    assert not User.objects.exists()


def test_address_comes_from_the_user_info_if_the_token_has_none(client, provider):
    provider.claims_of_token = {"email": None, "email_verified": None}
    provider.user_info = {"email": "info@example.com"}
    sign_in(client, provider)

    client.post(SIGN_UP)

    assert User.objects.get().email == "info@example.com"


def test_confirmed_address_of_a_public_body_proposes_its_role(client, provider):
    provider.claims["email"] = "hanako@city.ueda.nagano.lg.jp"
    sign_in(client, provider)
    client.post(SIGN_UP)

    assert User.objects.get().role_proposals.get().role == Role.MUNICIPAL


def test_known_person_is_signed_in_and_led_on(client, provider):
    user = known(provider, email="else@example.com")

    response = sign_in(client, provider, next="/accounts/profile/")

    assert response["Location"] == "/accounts/profile/"
    assert client.session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    assert user.email == "else@example.com"


def test_no_other_site_comes_after_signing_in(client, provider):
    known(provider)

    assert sign_in(client, provider, next="https://evil.example/")["Location"] == reverse("mypage")


def test_second_factor_is_asked_for_here_too(client, provider):
    with_second_factor(known(provider))

    assert sign_in(client, provider)["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(client)


def test_staff_who_publish_are_led_to_set_up_a_second_factor(client, provider):
    RoleAssignment.objects.create(user=known(provider), role=Role.SECRETARIAT)
    sign_in(client, provider)

    assert client.get(reverse("home"))["Location"] == reverse("mfa_index")


# Accounts that are there already


def test_address_alone_opens_no_account(client, provider):
    user = member(email="hanako@example.com")

    response = sign_in(client, provider)

    assert response["Location"] == reverse("account_login")
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert "すでに登録されています" in client.get(response["Location"]).content.decode()
    assert user.check_password(PASSWORD)


def test_unconfirmed_address_of_another_is_answered_like_a_new_one(client, provider, mailoutbox):
    user = member(email="hanako@example.com")
    provider.claims["email_verified"] = False

    assert sign_in(client, provider)["Location"] == SIGN_UP
    done = client.post(SIGN_UP, {"email": user.email})

    assert done["Location"] == reverse("account_email_verification_sent")
    assert not SocialAccount.objects.exists()
    assert not is_signed_in(client)
    assert User.objects.count() == 1
    assert "すでに登録されています" in mailoutbox[-1].body


def test_person_joins_the_provider_and_takes_it_away_again(client, provider, mailoutbox):
    user = member(email="own@example.com")
    client.force_login(user)
    assert "GビズIDをつなぐ・外す" in client.get(reverse("accounts:profile")).content.decode()
    assert "まだつながっていません" in client.get(CONNECTIONS).content.decode()

    response = sign_in(client, provider)
    assert response["Location"] == reverse("account_reauthenticate")
    response = client.post(response["Location"], {"password": PASSWORD})

    assert response["Location"] == CONNECTIONS
    account = user.socialaccount_set.get()
    assert mailoutbox[-1].subject.endswith("GビズIDをつなぎました")
    page = client.get(CONNECTIONS).content.decode()
    assert "つながっています" in page
    user.refresh_from_db()
    assert user.email == "own@example.com"

    assert client.post(CONNECTIONS, {"account": account.pk})["Location"] == CONNECTIONS
    assert not SocialAccount.objects.exists()
    assert "つながりを外しました" in client.get(CONNECTIONS).content.decode()
    assert mailoutbox[-1].subject.endswith("GビズIDのつながりを外しました")


def test_provider_of_another_person_is_not_joined(client, provider):
    other = known(provider)
    client.force_login(member())
    confirm_identity(client)

    response = sign_in(client, provider)

    assert "ほかの登録とつながっています" in client.get(response["Location"]).content.decode()
    assert SocialAccount.objects.get().user == other


def test_last_way_in_is_not_taken_away(client, provider):
    user = known(provider)
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    response = client.post(CONNECTIONS, {"account": user.socialaccount_set.get().pk})

    assert "先にパスワードを決めてください" in client.get(response["Location"]).content.decode()
    assert SocialAccount.objects.exists()


@pytest.mark.parametrize("account", ["foreign", "0", "x", "", "9" * 30, "-1", "１"])
def test_foreign_connections_are_not_there(client, provider, account):
    foreign = known(provider).socialaccount_set.get().pk
    client.force_login(member())
    confirm_identity(client)

    assert client.post(CONNECTIONS, {"account": foreign if account == "foreign" else account}).status_code == 404
    assert SocialAccount.objects.exists()


def test_who_left_does_not_come_back_as_the_same_person(client, provider):
    user = known(provider, email="hanako@example.com")
    close_account(user)

    assert not SocialAccount.objects.exists()
    assert sign_in(client, provider)["Location"] == SIGN_UP
    client.post(SIGN_UP)
    assert client.session["_auth_user_id"] != str(user.pk)


def test_account_that_was_shut_stays_shut(client, provider):
    known(provider, is_active=False)

    assert sign_in(client, provider)["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)


def test_another_issuer_with_the_same_number_is_another_person(client, provider):
    SocialAccount.objects.create(user=member(), provider="https://former.example", uid=provider.claims["sub"])

    assert sign_in(client, provider)["Location"] == SIGN_UP


def test_sign_up_by_the_provider_is_closed_with_the_rest(client, provider, settings):
    settings.SIGN_UP_IS_OPEN = False

    assert "いまは登録を受け付けていません" in sign_in(client, provider).content.decode()
    assert client.get(SIGN_UP).status_code in (200, 302)
    assert not User.objects.exists()


# What goes wrong


def refused(client, response):
    assert response.status_code == 401
    html = response.content.decode()
    assert FAILED in html
    assert html.count("<h1") == 1
    assert not is_signed_in(client)
    assert not User.objects.exists()
    assert "socialaccount_sociallogin" not in client.session
    return True


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "x" * 16},
        {"state": None},
        {"state": ""},
        {"state": "😀" * 5000},
        {"code": None},
        {"code": "invented", "error": "server_error"},
        {"code": None, "error": "x<script>"},
    ],
)
def test_answer_that_was_not_asked_for_is_refused(client, provider, changed):
    assert refused(client, come_back(client, provider, go(client, provider), **changed))


def test_answer_counts_once_and_in_one_browser(client, provider, django_user_model):
    asked = go(client, provider)
    come_back(client, provider, asked)
    client.session.flush()

    assert come_back(client, provider, asked).status_code == 401


def test_cancelling_is_told_kindly(client, provider):
    asked = go(client, provider)

    response = client.get(CALLBACK, {"error": "access_denied", "state": asked["state"]})

    assert response["Location"] == "/accounts/oidc/cancelled/"
    assert "サインインをやめました" in client.get(response["Location"]).content.decode()


def wrong(**attributes):
    return lambda provider: [setattr(provider, name, value) for name, value in attributes.items()]


LIES = {
    "signature": wrong(key=KEYS[1]),
    "no signature": wrong(key=None, algorithm="none"),
    "signed with the client secret": wrong(key=CLIENT_SECRET, algorithm="HS256"),
    "unknown key": wrong(kid="two"),
    "audience": wrong(claims_of_token={"aud": "another"}),
    "several audiences": wrong(claims_of_token={"aud": [CLIENT_ID, "another"]}),
    "no audience": wrong(claims_of_token={"aud": None}),
    "issuer": wrong(claims_of_token={"iss": "https://evil.example"}),
    "nonce": wrong(claims_of_token={"nonce": "0" * 64}),
    "no nonce": wrong(claims_of_token={"nonce": None}),
    "odd nonce": wrong(claims_of_token={"nonce": 5}),
    "Japanese nonce": wrong(claims_of_token={"nonce": "あ"}),
    "expired": wrong(claims_of_token={"exp": 1_700_000_000}),
    "from the future": wrong(claims_of_token={"iat": 9_000_000_000}),
    "no subject": wrong(claims_of_token={"sub": None}),
    "empty subject": wrong(claims_of_token={"sub": ""}),
    "endless subject": wrong(claims_of_token={"sub": "x" * 10_000}),
    "user info of another": wrong(claims_of_token={"email": None}, user_info={"sub": "gbiz-2"}),
    "no ID token": wrong(answer_of_token={"access_token": "x"}),
    "garbage as ID token": wrong(answer_of_token={"access_token": "x", "id_token": "a.b.c"}),
    "number as ID token": wrong(answer_of_token={"access_token": "x", "id_token": 5}),
    "odd lifetime": wrong(answer_of_token={"access_token": "x", "expires_in": "soon"}),
    "error in place of a token": wrong(answer_of_token={"error": "invalid_client"}),
    "garbage in place of a token": wrong(answer_of_token=b"<html>"),
    "list in place of a token": wrong(answer_of_token=[]),
    "token address broken": wrong(broken={"/token"}),
    "keys broken": wrong(broken={"/jwks"}),
    "user info broken": wrong(claims_of_token={"email": None}, broken={"/userinfo"}),
    "configuration broken": wrong(broken={"/.well-known/openid-configuration"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_lie_is_refused_with_a_kind_page(client, provider, lie):
    asked = go(client, provider)
    LIES[lie](provider)

    assert refused(client, come_back(client, provider, asked))


@pytest.mark.parametrize(
    "config",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": "ftp://evil.example/"},
        {"jwks_uri": 5},
    ],
)
def test_odd_configuration_of_the_provider_is_refused_at_the_start(client, provider, config):
    provider.config = config

    assert refused(client, client.post(START))


def test_provider_that_is_down_is_told_kindly(client, provider, settings):
    asked = go(client, provider)
    provider.close()

    assert refused(client, client.post(START))
    assert refused(client, come_back(client, provider, asked))


# What is public, and what is not there


def test_sign_in_starts_by_a_form_only(client, provider):
    assert client.get(START).status_code == 405
    assert client.get(f"{START}?process=redirect&next=https://evil.example/").status_code == 405
    assert client.post(CALLBACK).status_code == 405


def test_address_of_the_request_adds_nothing_to_the_question(client, provider):
    response = client.post(f"{START}?auth_params=prompt%3Dnone&scope=admin&process=redirect&action=x")

    asked = dict(parse_qsl(urlsplit(response["Location"]).query))
    assert set(asked["scope"].split()) == {"openid", "email"}
    assert "prompt" not in asked


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_button_stands_on_the_pages_of_the_entrance(client, provider, name):
    html = client.get(reverse(name)).content.decode()

    assert "GビズIDのページへ進む" in html
    assert f'<form action="{START}" method="post">' in html


def test_without_configuration_nothing_is_there(client):
    for address in (CALLBACK, SIGN_UP, "/accounts/oidc/cancelled/"):
        assert client.get(address).status_code == 404
    assert client.post(START).status_code == 404
    client.force_login(member())
    assert client.get(CONNECTIONS).status_code == 404
    assert CONNECTIONS not in client.get(reverse("accounts:profile")).content.decode()
    client.logout()
    assert START not in client.get(reverse("account_login")).content.decode()


def test_sign_up_page_without_a_sign_in_leads_to_the_entrance(client, provider):
    assert client.get(SIGN_UP)["Location"] == reverse("account_login")
    assert client.get(CONNECTIONS)["Location"].startswith(reverse("account_login"))


COMPLETE = {
    "OIDC_ISSUER": "https://gbiz-id.go.jp",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_NAME": "GビズID",
}


@pytest.mark.parametrize("missing", COMPLETE)
def test_half_a_configuration_stops_the_start_by_name(monkeypatch, missing):
    for name, value in (COMPLETE | {missing: " "}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"^{missing} is missing"):
        site_settings._identity_provider()


def test_provider_has_to_be_encrypted(monkeypatch):
    for name, value in (COMPLETE | {"OIDC_ISSUER": "http://gbiz-id.go.jp"}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER must be"):
        site_settings._identity_provider()


def test_forms_may_lead_to_the_provider_only_when_there_is_one(monkeypatch):
    assert site_settings._form_targets("") == ["'self'"]
    assert site_settings._form_targets("https://gbiz-id.go.jp/oauth") == ["'self'", "https://gbiz-id.go.jp"]
    for name in COMPLETE:
        monkeypatch.delenv(name, raising=False)
    assert set(site_settings._identity_provider()) == {""}
