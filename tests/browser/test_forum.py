"""The board in a browser: every state with axe on a desk and a phone; asking and answering as people do.

``SCREENSHOTS=folder`` keeps a picture of each state at both widths.
"""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from forum import actions
from forum.models import ModerationStep, Post, Reaction, ReadMark, ShownAs, State, Step, Suspension, Topic
from forum.permissions import Visibility
from forum.rules import Rule
from publishing.models import WorkingCopy
from taxonomy.models import Region, Theme
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.content import LONG_TITLE, WIDE_TEXT
from tests.browser.test_every_page import TEXT_SPACING, axe_findings, outside
from tests.browser.test_keyboard import named, tab_to
from tests.browser.test_registration import main_button, signed_in
from tests.factories import (
    AttachmentFactory,
    BoardFactory,
    CaseStudyFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    secretariat,
    writer,
)

SCREENSHOTS = os.environ.get("SCREENSHOTS")


def _send(name=None):
    """Press the button of the form that sends, or one of its steps."""

    def press(page):
        selector = f"main form.form button[name={name}]" if name else "main form.form button.button--solid"
        page.locator(selector).last.click()
        page.wait_for_load_state()

    return press


def _type_a_title(page):
    page.get_by_role("textbox", name="題名※必須").press_sequentially("移動支援の担い手が集まりません")
    page.wait_for_selector("#similar a")


def _preview(page):
    page.get_by_label("本文").fill(WIDE_TEXT)
    page.get_by_role("button", name="プレビュー").click()
    page.wait_for_selector("#preview table")


def _too_long(page):
    page.get_by_label("本文").fill("あ" * 20_001)
    _send()(page)


def _unfold(page):
    page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")


# By name: who looks (None is a visitor), the address with keys of the world in braces, what is done there.
STATES = {
    "list": (None, "/forum/", None),
    "list_unfolded": (None, "/forum/", _unfold),
    "list_filtered": (None, "/forum/?region=202134&show=unanswered", None),
    "list_empty": (None, "/forum/?region=47&purpose=news", None),
    "list_bad_key": (None, "/forum/?after=x&theme=x", None),
    "list_of_member": ("asker", "/forum/", None),
    "list_new": ("asker", "/forum/?show=new", None),
    "board": (None, "{board}", None),
    "board_for_some": ("asker", "{closed_board}", None),
    "mine": ("asker", "/forum/mine/", None),
    "topic": (None, "{topic}", None),
    "topic_of_asker": ("asker", "{topic}", None),
    "topic_of_helper": ("helper", "{topic}", None),
    "topic_of_newcomer": ("newcomer", "{topic}", None),
    "topic_of_suspended": ("suspended", "{topic}", None),
    "topic_of_moderator": ("moderator", "{topic}", None),
    "topic_long": ("asker", "{long}?page=2", None),
    "topic_held": ("first_timer", "{held}", None),
    "topic_locked": ("asker", "{locked}", None),
    "reply_quoting": ("helper", "{topic}reply/?quote=1", None),
    "reply_refused": ("helper", "{topic}reply/", _send()),
    "reply_preview": ("helper", "{topic}reply/", _preview),
    "reply_too_long": ("helper", "{topic}reply/", _too_long),
    "edit": ("helper", "{answer}edit/", None),
    "delete": ("helper", "{answer}delete/", None),
    "history": (None, "{answer}history/", None),
    "files": ("helper", "{answer}files/", None),
    "files_refused": ("helper", "{answer}files/", _send()),
    "new": ("asker", "/forum/new/", None),
    "new_unfolded": ("asker", "/forum/new/", _unfold),
    "new_refused": ("asker", "/forum/new/", _send()),
    "new_similar": ("asker", "/forum/new/", _type_a_title),
    "new_not_allowed": ("newcomer", "/forum/new/", None),
}


@pytest.fixture(scope="module")
def world(site):
    people = {
        "asker": writer(display_name="雪見 ゆき", affiliation="飯山市社会福祉協議会"),
        "helper": writer(role=Role.MUNICIPAL, display_name="佐藤 茂", affiliation="みほん市高齢福祉課"),
        "newcomer": UserFactory(display_name="はじめての人"),
        "first_timer": UserFactory(role=Role.COORDINATOR, display_name="第一歩"),
        "suspended": writer(display_name="止められた人"),
        "moderator": secretariat(),
    }
    step = ModerationStep.objects.create(
        step=Step.SUSPEND, rule=Rule.NO_ADS, note="同じ宣伝が続いたためです。", person=people["suspended"]
    )
    Suspension.objects.create(person=people["suspended"], until=timezone.now() + timedelta(days=7), step=step)
    return people, _sessions(people), _addresses(people)


def _sessions(people):
    sessions = {}
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return sessions


def start(by, title, body, **fields):
    links = fields.pop("links", {})
    return actions.start_topic(
        Topic(title=title, **fields), body=body, by=by, shown_as=ShownAs.ROLE, key=uuid.uuid4(), links=links
    )


def answer(topic, by, body):
    return actions.write_reply(topic, body=body, by=by, shown_as=ShownAs.NAME, key=uuid.uuid4())


def _addresses(people):
    asker, helper = people["asker"], people["helper"]
    board = BoardFactory(title="分野ごとの相談", description="移動や買い物など、分野ごとに相談し合う掲示板です。")
    closed = BoardFactory(title="生活支援コーディネーターの部屋", visibility=Visibility.COORDINATORS)
    links = {
        "themes": Theme.objects.filter(name__in=["買い物", "移動（交通）"]),
        "regions": Region.objects.filter(code__in=["20", "202134"]),
        "cases": [CaseStudyFactory(published=True, title="雪の日も続く当番表")],
    }
    topic = start(
        asker, "移動支援の担い手が集まりません", "町内会にも声をかけました。\n\n" + WIDE_TEXT, board=board, links=links
    )
    best = answer(topic, helper, ">>1 うちでは**当番の表**から始めました。\n\n> 町内会にも声をかけました。")
    actions.edit_post(best, body=best.body + "\n\n- 月に1回\n- 2人で", by=helper)
    actions.choose_best(topic, best, by=asker)
    actions.react(best, by=asker, on=True)
    AttachmentFactory(item=best, title="当番表の書き方と、はじめての人のための手引き（令和8年度版）")
    PostFactory(topic=topic, number=3, state=State.HIDDEN, rule=Rule.RESPECT)
    PostFactory(topic=topic, number=4, state=State.DELETED)
    PostFactory(topic=topic, number=5, author=people["newcomer"], state=State.HELD, body="はじめまして")
    PostFactory(topic=topic, number=6, moderator_note="リンク先を新しいものに直しました。", body="長い" * 60)
    held = start(people["first_timer"], "はじめての相談です", "よろしくお願いします。", board=board)
    locked = TopicFactory(board=board, title=LONG_TITLE[:100], is_locked=True, pinned_at=timezone.now())
    TopicFactory(board=closed, title="研修の進め方")
    long = TopicFactory(board=board, title="毎月の近況")
    for _ in range(44):
        PostFactory(topic=long, author=helper)
    ReadMark.objects.create(user=asker, topic=long, number=5)
    ReadMark.objects.update(at=timezone.now() - timedelta(hours=5))
    return {
        "board": board.get_absolute_url(),
        "closed_board": closed.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "answer": f"/forum/posts/{best.pk}/",
        "held": held.get_absolute_url(),
        "locked": locked.get_absolute_url(),
        "long": long.get_absolute_url(),
    }


@pytest.fixture(scope="module")
def context(browser, site):
    with browser.new_context(base_url=site.url, locale="ja-JP", viewport=DESKTOP) as context:
        yield context


@pytest.fixture(scope="module", params=STATES)
def visit(request, context, site, world):
    _, sessions, addresses = world
    who, address, act = STATES[request.param]
    context.clear_cookies()
    if who:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessions[who], "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.name, page.complaints = request.param, []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda note: note.type in ("error", "warning") and page.complaints.append(note.text))
    page.set_viewport_size(DESKTOP)
    page.html = page.goto(address.format(**addresses)).text()
    if act:
        act(page)
    yield page
    page.close()


def test_axe_finds_nothing_on_a_desk(visit):
    visit.set_viewport_size(DESKTOP)

    assert axe_findings(visit) == []
    _keep_picture(visit, "desk")


def test_axe_finds_nothing_on_a_phone(visit):
    visit.set_viewport_size(PHONE)

    assert axe_findings(visit) == []
    _keep_picture(visit, "phone")


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_stands_outside_a_narrow_window(visit, width):
    visit.set_viewport_size({"width": width, "height": 900})

    assert outside(visit) == []
    assert outside(visit, TEXT_SPACING) == []


def test_the_browser_does_not_complain(visit):
    expected = [text for text in visit.complaints if "403 (Forbidden)" in text][:1]

    assert visit.complaints == expected


def test_the_html_is_valid_and_has_one_main_heading(visit):
    parser = html5lib.HTMLParser()
    parser.parse(visit.html)

    assert [(position, code) for position, code, _ in parser.errors] == []
    assert visit.locator("h1").count() == 1


def _keep_picture(page, width):
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{page.name}-{width}.png", full_page=True)


# As people do it


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_question_is_asked_and_answered_on_two_phones(open_page, site, world, has_script):
    """The asker shows the occupation only; the helper quotes; the asker says what helped."""
    people, _, _ = world
    board = BoardFactory(title=f"二人の掲示板{has_script}")
    asker = writer(display_name="本名は出さない人")
    options = {"viewport": PHONE, "java_script_enabled": has_script}
    asking = signed_in(open_page, site, asker, board.get_absolute_url(), **options)
    title = "雪かきを頼める人が見つかりません" if has_script else "灯油を届ける人が見つかりません"

    asking.get_by_role("link", name="新しい話題を書く").click()
    expect(asking.get_by_role("radio", name=board.title)).to_be_checked()
    asking.get_by_role("radio", name="相談", exact=True).check()
    asking.get_by_role("textbox", name="題名※必須").fill(title)
    asking.get_by_label("本文").fill("みなさんの地域では、どうしていますか。\n\n- 有償\n- 無償")
    asking.get_by_label("職種と都道府県だけ").check()
    main_button(asking, "話題を投稿する").click()
    if asking.get_by_text("まだ投稿していません").count():
        main_button(asking, "話題を投稿する").click()
    expect(asking.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(asking.get_by_role("heading", level=2).first).to_have_text("1．生活支援コーディネーター")
    topic = Topic.objects.get(title=title)

    answering = signed_in(open_page, site, people["helper"], topic.get_absolute_url(), **options)
    assert "本名は出さない人" not in answering.content()
    answering.get_by_role("link", name="引用して返信").click()
    text = answering.get_by_label("本文").input_value()
    assert text.startswith(">>1\n> みなさんの地域では、どうしていますか。")
    answering.get_by_label("本文").fill(f"{text}シルバー人材センターに頼んでいます。")
    main_button(answering, "返信を投稿する").click()
    expect(answering.get_by_text("返信を投稿しました。")).to_be_visible()
    expect(answering.locator("#post-2 blockquote")).to_contain_text("みなさんの地域では、どうしていますか。")

    asking.reload()
    asking.get_by_role("link", name=">>1").click()
    assert asking.url.endswith("#post-1")
    asking.locator("#post-2").get_by_role("button", name="参考になった").click()
    expect(asking.locator("#post-2").get_by_role("button", name="参考になった（1人）")).to_be_visible()
    asking.locator("#post-2").get_by_role("button", name="役に立った答えに選ぶ").click()
    expect(asking.get_by_role("heading", name="役に立った答え")).to_be_visible()

    answering.reload()
    expect(answering.get_by_text("解決済み", exact=True).first).to_be_visible()
    assert Reaction.objects.filter(post__topic=topic).count() == 1


def test_what_is_typed_survives_and_reading_is_noted_by_the_page_itself(open_page, site):
    person, topic = writer(), TopicFactory(title="長い近況")
    for _ in range(30):
        PostFactory(topic=topic)
    page = signed_in(open_page, site, person, f"{topic.get_absolute_url()}?page=2", viewport=PHONE)

    page.get_by_label("本文").fill("書きかけの返信です。")
    page.wait_for_selector("text=自動で一時保存しました")
    page.get_by_text("ここまで読んだことを、覚えました。").wait_for()
    page.goto("/forum/")

    assert WorkingCopy.objects.get(user=person).data["body"] == ["書きかけの返信です。"]
    assert ReadMark.objects.get(user=person, topic=topic).number == 31
    page.goto(topic.get_absolute_url())
    expect(page.get_by_label("本文")).to_have_value("書きかけの返信です。")


def test_the_preview_comes_without_leaving_the_page(open_page, site):
    topic = TopicFactory(title="プレビューの話題")
    page = signed_in(open_page, site, writer(display_name="書く人"), topic.get_absolute_url())

    page.get_by_label("本文").fill("**太字**と >>1")
    page.get_by_role("button", name="プレビュー").click()

    preview = page.locator("#preview")
    expect(preview.locator("strong")).to_have_text("太字")
    expect(preview.get_by_role("link", name=">>1")).to_be_visible()
    expect(page.get_by_label("本文")).to_have_value("**太字**と >>1")
    assert Post.objects.filter(topic=topic).count() == 1


def test_a_reply_is_written_with_the_keyboard_alone(open_page, site):
    person, board = writer(), BoardFactory(title="キーボードの掲示板")
    TopicFactory(board=board, title="キーボードの話題")
    page = signed_in(open_page, site, person, board.get_absolute_url())

    tab_to(page, named("キーボードの話題"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/forum/*/")
    tab_to(page, lambda stop: stop["tag"] == "textarea")
    page.keyboard.type("キーボードで書きました。")
    tab_to(page, named("返信を投稿する", "button"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("返信を投稿しました。")).to_be_visible()
    assert Post.objects.get(author=person, topic__title="キーボードの話題").body == "キーボードで書きました。"


def test_visitors_come_back_from_signing_in(open_page, site):
    topic = TopicFactory(title="訪れた人の話題")
    page = open_page(topic.get_absolute_url(), java_script_enabled=False)

    page.get_by_role("link", name="サインインして書く").click()

    assert f"next=/forum/{topic.pk}/" in page.url.replace("%2F", "/")
