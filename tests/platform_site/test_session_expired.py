"""What was typed survives the end of the session and a sign-in in another tab, but only for our own pages."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, member

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}
TYPED = {
    "note": "買物の送迎を、\n住民の当番で続けています。",
    "themes": ["1", "2"],
    "title": '"><script>alert(1)</script>',
}
# A closed page that takes forms.
ADDRESS = "/working-copy/forget/?from=here"


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def mark(html):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html).group(1)


def fields(html):
    """The kept fields, as a browser would send them again."""
    sent = {}
    main = html[html.index('<form class="form"') :]
    for name, text in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main):
        if name != "csrfmiddlewaretoken":
            sent.setdefault(unescape(name), []).append(unescape(text))
    return sent


def with_mark(browser, **headers):
    """Send the typed form as a page of ours would, with the mark that the browser has."""
    token = mark(browser.get(reverse("account_login")).content.decode())
    return browser.post(ADDRESS, TYPED | {"csrfmiddlewaretoken": token}, headers={**OURS, **headers})


def sign_in(browser, user):
    token = mark(browser.get(reverse("account_login")).content.decode())
    data = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post(reverse("account_login"), data).status_code == 302


def test_typed_text_is_kept_until_it_is_sent_after_signing_in(browser):
    response = with_mark(browser)

    html = response.content.decode()
    assert response.status_code == 403
    assert "サインインの期限が切れました" in html
    assert 'action="/working-copy/forget/?from=here"' in html
    assert "<script>alert" not in html
    kept = fields(html)
    assert kept == {"note": [TYPED["note"]], "themes": ["1", "2"], "title": [TYPED["title"]]}
    assert response["Cache-Control"] == "private, no-store"
    assert "sessionid" not in response.cookies

    # She signs in in another tab, which renews the mark, and sends the form of this page.
    sign_in(browser, member())
    again = browser.post(ADDRESS, kept | {"csrfmiddlewaretoken": mark(html)}, headers=OURS)

    assert again.status_code == 403
    assert "もう一度送信してください" in again.content.decode()
    assert fields(again.content.decode()) == kept
    sent = browser.post(ADDRESS, kept | {"csrfmiddlewaretoken": mark(again.content.decode())}, headers=OURS)
    assert sent.status_code == 302
    assert sent["Location"] == "/mypage/"


def test_sign_in_in_another_tab_does_not_lose_the_form_of_this_one(browser):
    user = member(display_name="花子")
    sign_in(browser, user)
    old = mark(browser.get(reverse("accounts:profile")).content.decode())
    browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": old})
    sign_in(browser, user)

    response = browser.post(ADDRESS, TYPED | {"csrfmiddlewaretoken": old}, headers=OURS)

    html = response.content.decode()
    assert "「花子」としてサインインしています" in html
    assert fields(html)["note"] == [TYPED["note"]]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
        {"referer": "https://evil.example/?http://testserver/"},
        {"referer": "http://testserver@evil.example/"},
        {},
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_form_of_another_site_is_never_offered_again(client, browser, headers, signed_in):
    if signed_in:
        browser.force_login(member())
    refused = browser.post(ADDRESS, TYPED, headers=headers)
    expired = client.post(ADDRESS, TYPED, headers=headers)

    assert refused.status_code == 403
    assert "住民の当番" not in refused.content.decode()
    assert "もう一度送信する" not in refused.content.decode()
    assert expired.status_code == 302
    assert expired["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"referer": "http://testserver/cases/new/"},
        {**OURS, "sec-fetch-site": "same-origin"},
    ],
)
def test_browsers_say_in_different_ways_that_the_page_was_ours(client, headers):
    assert client.post(ADDRESS, TYPED, headers=headers).status_code == 403


def test_nothing_is_sent_by_itself(client):
    html = client.post(ADDRESS, TYPED, headers=OURS).content.decode()

    assert "onload" not in html
    assert 'http-equiv="refresh"' not in html
    assert html.count('type="submit" class="button button--solid button--lg"') == 1


@pytest.mark.parametrize("name", ["password", "new_password1", "credential", "client_secret"])
def test_secrets_are_never_kept(client, name):
    response = client.post(ADDRESS, TYPED | {name: "はるはあけぼの"}, headers=OURS)

    assert response.status_code == 302


def test_forms_about_accounts_are_never_kept(client, browser):
    assert client.post(reverse("accounts:profile"), {"display_name": "花子"}, headers=OURS).status_code == 302
    html = browser.post(reverse("accounts:profile"), {"display_name": "花子"}, headers=OURS).content.decode()
    assert "もう一度送信する" not in html


@pytest.mark.parametrize("typed", [{"note": "あ" * 300_001}, {"note": ["あ"] * 1_001}])
def test_more_than_people_type_is_not_kept(client, typed, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

    assert client.post(ADDRESS, typed, headers=OURS).status_code == 302


def test_files_are_said_to_be_lost(client):
    file = SimpleUploadedFile("写真.jpg", b"x" * 100)

    html = client.post(ADDRESS, TYPED | {"image": file}, headers=OURS).content.decode()

    assert "選んだファイルは残っていません" in html
    assert "選んだファイル" not in client.post(ADDRESS, TYPED, headers=OURS).content.decode()


@pytest.mark.parametrize("text", ["😀" * 1000, "'; DROP TABLE x; --", "{{ 7|add:7 }}", "a\r\nb"])
def test_odd_text_comes_back_as_it_was(client, text):
    assert fields(client.post(ADDRESS, {"note": text}, headers=OURS).content.decode()) == {"note": [text]}


def test_reading_and_automatic_saving_are_answered_as_before(client):
    assert client.get(reverse("mypage")).status_code == 302
    assert client.post(ADDRESS, TYPED, headers={**OURS, "hx-request": "true"}).status_code == 302
