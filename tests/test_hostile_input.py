"""Every form, filled with what nobody should type: a clear answer, never an error page, and nothing of it runs.

The forms are read from the pages themselves, so that a new field is tried without a line here.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from mailing.models import OutgoingMail
from tests.factories import picture_bytes
from tests.world import build

# In one process, so that the world is made once.
pytestmark = pytest.mark.xdist_group("hostile")

SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "long": "あ" * 10_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "right to left": "\u202eexe.pdf\u202c",
    "zero width": "\u200b\u200d\ufeff",
    "script": SCRIPT,
    "attribute": '"><img src=x onerror=alert(1)>',
    "header": "a@example.jp\r\nBcc: x@example.jp",
    "huge number": "9" * 40,
    "unknown number": "999999999",
    "negative": "-1",
    "full width": "１２３",
    "template": "{{ 7|add:7 }}{% debug %}",
    "quote": "' OR 1=1 --",
    "address": "javascript:alert(1)",
    "day": "9999-99-99",
}
# Rows that can be added: all but the first are like it.
FURTHER_ROW = re.compile(r"-[1-9]\d*-")
# Tried in each field alone, so that no other field's mistake keeps it from being saved.
ALONE_IN_TEXTS, ALONE_IN_OTHERS = "attribute", "huge number"
HIDDEN = ("long", "nul", "surrogate", "script", "huge number")
TEXTS = ("textarea", "text", "search", "url", "email", "tel", "password", "")
# Who opens which page with forms.
PAGES = [
    ("visitor", "/contact/"),
    ("visitor", "/start/?theme=farmland&region=202134"),
    ("visitor", "/freshness/{freshness}/"),
    ("visitor", "/freshness/{freshness_changed}/"),
    ("member", "/accounts/profile/"),
    ("member", "/accounts/roles/coordinator/apply/"),
    ("member", "/accounts/roles/municipal/apply/"),
    ("member", "/organizations/new/"),
    ("member", "/organizations/invitations/{invitation}/"),
    ("municipal", "/accounts/vouching/{application}/"),
    ("owner", "/mypage/items/case/{case}/close/"),
    ("owner", "/organizations/{draft_organization}/register/1/"),
    ("owner", "/organizations/{draft_organization}/register/2/"),
    ("owner", "/organizations/{draft_organization}/register/3/"),
    ("owner", "/organizations/{organization}/edit/"),
    ("owner", "/organizations/{organization}/members/"),
    ("owner", "/cases/new/short/"),
    ("owner", "/cases/new/full/"),
    ("owner", "/cases/{case}/edit/"),
    ("owner", "/cases/{draft_case}/edit/short/"),
    ("owner", "/cases/{case}/images/"),
    ("owner", "/cases/of-policy/{policy}/"),
    ("owner", "/cases/proposals/{proposal}/"),
    ("owner", "/policies/new/"),
    ("owner", "/policies/{policy}/edit/"),
    ("owner", "/items/case/{case}/attachments/"),
    ("owner", "/events/import/"),
    ("owner", "/events/import/{event_import}/"),
    ("owner", "/events/new/"),
    ("owner", "/events/{event}/edit/"),
    ("owner", "/events/{event}/copy/"),
    ("owner", "/events/{event}/state/"),
    ("owner", "/events/{event}/videos/"),
    ("owner", "/events/{event}/videos/{video}/"),
    ("owner", "/forum/new/"),
    ("owner", "/forum/{topic}/"),
    ("coordinator", "/forum/{topic}/reply/"),
    ("coordinator", "/forum/posts/{reply}/edit/"),
    ("coordinator", "/forum/posts/{reply}/delete/"),
    ("coordinator", "/forum/posts/{reply}/files/"),
    ("visitor", "/forum/subscribe/"),
    ("visitor", "/forum/subscribe/confirm/{confirm_link}/"),
    ("visitor", "/forum/subscription/{manage_link}/"),
    ("visitor", "/forum/unsubscribe/{stop_link}/"),
    ("visitor", "/forum/help/{help_link}/"),
    ("owner", "/forum/settings/"),
    ("owner", "/forum/{solved_topic}/outcome/"),
    ("owner", "/forum/{solved_topic}/case/"),
    ("coordinator", "/forum/moderation/steps/{step}/"),
    ("member", "/forum/posts/{reply}/report/"),
    ("secretariat", "/forum/moderation/"),
    ("secretariat", "/forum/moderation/posts/{reply}/"),
    ("secretariat", "/forum/moderation/topics/{topic}/"),
    ("secretariat", "/forum/moderation/people/{writer}/"),
    ("secretariat", "/forum/moderation/steps/{answered_step}/"),
    ("secretariat", "/review/{review}/"),
    ("prefectural", "/regions/13/platform/"),
    ("prefectural", "/regions/131016/contact/"),
]
# Addresses whose parameters people may write themselves, and the names of these.
READING = [
    ("visitor", "/cases/", ("q", "region", "theme", "kind", "sort", "page")),
    ("visitor", "/policies/", ("q", "region", "theme", "kind", "sort", "page")),
    ("owner", "/events/import/{event_import}/", ("page",)),
    ("visitor", "/events/export.csv", ("q", "region", "theme", "format", "fee", "for", "kind", "access", "way")),
    ("visitor", "/events/events.ics", ("q", "region", "theme", "format", "fee", "for", "kind", "access", "open")),
    ("visitor", "/start/", ("theme", "region", "municipality", "furigana", "told")),
    ("visitor", "/start/qr.svg", ("theme", "region", "furigana")),
    ("visitor", "/open-data/feeds/cases.atom", ("q", "region", "theme", "kind", "sort", "page")),
    ("visitor", "/open-data/feeds/topics.csv", ("board", "theme", "region", "purpose", "show")),
    ("visitor", "/api/v1/events/", ("q", "region", "theme", "for", "open", "sort", "way", "page", "per_page")),
    ("visitor", "/contact/done/", ("receipt",)),
    ("visitor", "/regions/", ("region", "municipality")),
    ("visitor", "/regions/similar/", ("region", "municipality")),
    ("visitor", "/forum/", ("board", "theme", "region", "municipality", "purpose", "show", "after")),
    ("coordinator", "/forum/", ("board", "show", "after")),
    ("owner", "/forum/boards/{board}/", ("show", "after")),
    ("visitor", "/forum/{topic}/", ("page",)),
    ("visitor", "/forum/unanswered/", ("theme", "region", "page")),
    ("visitor", "/forum/subscribe/", ("theme", "region")),
    ("owner", "/forum/notices/", ("page",)),
    ("coordinator", "/forum/{topic}/reply/", ("quote",)),
    (
        "owner",
        "/forum/new/",
        ("board", "theme", "region", "purpose", "title", "case", "policy", "event", "organization"),
    ),
    ("owner", "/mypage/items/", ("state", "page")),
    ("owner", "/mypage/organizations/", ("page",)),
    ("owner", "/cases/new/", ("origin",)),
    ("owner", "/cases/new/short/", ("origin",)),
    ("owner", "/cases/pick/origin/", ("origin", "origin_text")),
    ("owner", "/cases/pick/partner_organizations/", ("partner_organizations", "partner_organizations_text")),
    ("owner", "/cases/pick/cases/", ("cases", "cases_text")),
    ("owner", "/cases/of-policy/{policy}/", ("page",)),
    ("owner", "/organizations/address/", ("postal_code", "address")),
    ("owner", "/events/new/", ("organization",)),
    ("owner", "/organizations/pick/co_organizers/", ("co_organizers", "co_organizers_text")),
    ("owner", "/items/case/{case}/history/", ("page",)),
    ("secretariat", "/review/", ("kind", "region", "reason", "claim", "claimed", "sort", "page", "q")),
    ("secretariat", "/review/{review}/", ("kind", "region", "page")),
    ("secretariat", "/review/small/", ("review",)),
    ("secretariat", "/insights/", ("period", "region")),
    ("secretariat", "/insights/searches/words.csv", ("period", "region")),
    ("secretariat", "/forum/moderation/log/", ("page",)),
    ("secretariat", "/forum/moderation/people/{writer}/", ("page",)),
]
FILES = {
    "a program": ("利用案内.pdf", b"MZ\x90\x00" + bytes(200)),
    "nothing": ("a.pdf", b""),
    "a page": ("a.png", b"<html><script>alert(1)</script></html>"),
    "a picture that is also a page": ("a.jpg", picture_bytes() + b"<script>alert(1)</script>"),
    "half a picture": ("a.jpg", picture_bytes()[:100]),
    "an odd name": ("../../a\r\nX: y\u202e.pdf" + "あ" * 300, b"%PDF-1.4 %%EOF"),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Form:
    address: str
    shown: tuple  # (name, value) as the browser would send them
    typed: tuple  # names of the fields that take text, files and choices
    texts: frozenset  # the names among them that take any text
    files: tuple
    buttons: tuple  # (name, value)


def forms_on(address, html):
    """The forms of the page that send something, but those of its header."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    main = tree.find(".//main")
    for form in main.iter("form"):
        if form.get("method", "").lower() == "post":
            yield _read(form, urljoin(address, form.get("action") or address))


def _read(form, address):
    shown, names, texts, files, buttons = [], [], [], [], []
    for element in form.iter():
        if element.tag not in ("input", "textarea", "select", "button"):
            continue
        name, kind = element.get("name"), element.get("type", "")
        if element.tag == "button" and name:
            buttons.append((name, element.get("value", "")))
        if not name or name == "csrfmiddlewaretoken" or element.tag == "button":
            continue
        names.append(name)
        if (kind if element.tag == "input" else element.tag) in TEXTS and element.get("inputmode") != "numeric":
            texts.append(name)
        if kind == "file":
            files.append(name)
        elif kind not in ("checkbox", "radio") or element.get("checked") is not None:
            shown += [(name, value) for value in _values(element)]
    unique = tuple(dict.fromkeys(names))
    return Form(address, tuple(shown), unique, frozenset(texts), tuple(files), tuple(buttons) or (("", ""),))


def _values(element):
    if element.tag == "textarea":
        return [element.text or ""]
    if element.tag == "select":
        options = [option for option in element.iter("option") if option.get("selected") is not None]
        return [option.get("value", "") for option in options]
    return [element.get("value", "on")]


def check(response):
    """What must hold for the answer and for the page to which it leads."""
    sent = [(r.status_code, r.request["PATH_INFO"]) for r in (response,)]
    assert response.status_code < 500, sent
    if response.get("Content-Type", "").startswith("text/html"):
        html = response.content.decode()
        assert SCRIPT not in html, sent
        assert "<img src=x" not in html, sent
        assert 'href="javascript:' not in html, sent
    assert not OutgoingMail.objects.filter(subject__regex=r"[\r\n]").exists()
    assert not OutgoingMail.objects.filter(to__regex=r"[\r\n]").exists()


def send(world, role, form, data):
    body = urlencode(data, encoding="utf-8", errors="surrogatepass")
    world.answer(
        role, "post", form.address, body, content_type="application/x-www-form-urlencoded", follow=True, look=check
    )


def page_forms(world, role, address):
    address = world.address(address)
    response = world.answer(role, "get", address)
    assert response.status_code == 200, address
    found = list(forms_on(address, response.content.decode()))
    assert found, address
    return found


EACH_PAGE = pytest.mark.parametrize(("role", "address"), PAGES, ids=[f"{role} {address}" for role, address in PAGES])


@EACH_PAGE
def test_every_field_with_the_same(world, role, address):
    for form in page_forms(world, role, address):
        # Where nothing is written, a few tell whether hidden values are checked.
        values = HOSTILE.values() if form.texts or form.files else [HOSTILE[name] for name in HIDDEN]
        for value in values:
            send(world, role, form, [*((name, value) for name in form.typed), form.buttons[0]])


@EACH_PAGE
def test_one_field_at_a_time(world, role, address):
    for form in page_forms(world, role, address):
        for name in (name for name in form.typed if not FURTHER_ROW.search(name)):
            others = [pair for pair in form.shown if pair[0] != name]
            hostile = ALONE_IN_TEXTS if name in form.texts else ALONE_IN_OTHERS
            send(world, role, form, [*others, (name, HOSTILE[hostile]), form.buttons[-1]])


@EACH_PAGE
def test_fields_that_are_missing_or_there_many_times(world, role, address):
    for form in page_forms(world, role, address):
        for button in form.buttons:
            send(world, role, form, [button])
            send(world, role, form, [*form.shown, *form.shown, *form.shown, button])
        for name in dict.fromkeys(name for name, _ in form.buttons):
            send(world, role, form, [*form.shown, (name, SCRIPT)])
            send(world, role, form, [*form.shown, (name, HOSTILE["huge number"])])


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "address",
    [
        "/cases/{case}/images/",
        "/items/case/{case}/attachments/",
        "/events/import/",
        "/events/{event}/videos/",
        "/events/{event}/videos/{video}/",
    ],
)
def test_files_of_a_wrong_kind(world, address, file):
    name, content = FILES[file]
    forms = [form for form in page_forms(world, "owner", address) if form.files]
    assert forms

    for form in forms:
        for button in form.buttons:
            uploads = {field: SimpleUploadedFile(name, content) for field in form.files}
            data = {key: value for key, value in [*form.shown, button] if key}
            world.answer("owner", "post", form.address, data | uploads, follow=True, look=check)
            # A text in the place of the file, and a file in the place of every text.
            world.answer("owner", "post", form.address, data | dict.fromkeys(form.files, "a.pdf"), look=check)
            texts = {key: SimpleUploadedFile(name, content) for key, _ in form.shown}
            world.answer("owner", "post", form.address, {**texts, **dict([button])} if button[0] else texts, look=check)


@pytest.mark.parametrize(
    ("role", "address", "names"), READING, ids=[f"{role} {address}" for role, address, _ in READING]
)
def test_parameters_of_addresses(world, role, address, names):
    """Each parameter meets each value once, beside other values in the other parameters; and is there twice."""
    texts = [quote(value, errors="surrogatepass") for value in HOSTILE.values()]
    for first in range(len(texts)):
        turned = [*texts[first:], *texts[:first]]
        query = "&".join(f"{name}={text}" for name, text in zip(names, turned, strict=False))
        world.answer(role, "get", f"{world.address(address)}?{query}", follow=True, look=check)
    for text in texts[:3]:
        query = "&".join(f"{name}={text}&{name}=x" for name in names)
        world.answer(role, "get", f"{world.address(address)}?{query}", follow=True, look=check)


@pytest.mark.parametrize(
    ("role", "address", "name"),
    [
        ("secretariat", "/review/small/", "seen"),
        ("owner", "/items/case/{draft_case}/discard/", "note"),
        ("owner", "/items/case/{draft_case}/discard/", "next"),
        ("owner", "/working-copy/forget/", "_form"),
        ("owner", "/working-copy/forget/", "next"),
        ("visitor", "/working-copy/keep/", "_form"),
    ],
)
def test_forms_that_have_no_page_of_their_own(world, role, address, name):
    form = Form(world.address(address), (), (), frozenset(), (), ())
    for value in HOSTILE.values():
        send(world, role, form, [(name, value), (name, "x")])


@pytest.mark.parametrize("name", [*HOSTILE, "new"])
def test_working_copies_of_any_name(world, name):
    """Whatever is kept under whatever name, the person's own page opens."""
    form = f"case:new:{HOSTILE.get(name, name)}"[:60]

    def look(response):
        check(response)
        check(world.client.get("/mypage/"))
        check(world.client.get("/cases/new/"))

    body = urlencode({"_form": form, "title": HOSTILE.get(name, SCRIPT)}, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    world.answer("owner", "post", "/working-copy/keep/", body, content_type=kind, look=look)
