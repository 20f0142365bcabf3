"""The pages of moderation in a real browser, and how a first post, a report and an objection go, without JavaScript.

``SCREENSHOTS=folder`` keeps a picture of each page at both widths.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from forum import moderation, moderation_answers, moderation_people
from forum.actions import recount
from forum.indexing import index_all_of
from forum.models import ModerationStep, Post, State, Step
from forum.rules import Rule
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import axe_findings, outside
from tests.browser.test_registration import link_in, main_button, newest_mail_to, signed_in
from tests.factories import (
    AttachmentFactory,
    BoardFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    secretariat,
    writer,
)

SCREENSHOTS = os.environ.get("SCREENSHOTS")
LONG = "冬のあいだ、雪で道がふさがると、買い物にも通院にも行けない方がいます。" * 30


@pytest.fixture(scope="module")
def world(site):
    """Something of everything that moderators look at, and who opens which page."""
    moderator, author = secretariat(), writer(display_name="山田 花子", affiliation="雪見台みまもり隊")
    topic = TopicFactory(board=BoardFactory(title="分野ごとの交流"), title="移動支援の担い手が集まりません")
    replies = [PostFactory(topic=topic, author=author, byline="生活支援コーディネーター（長野県）") for _ in range(3)]
    first = TopicFactory(
        state=State.HELD, published_at=None, first_post__published_at=None, first_post__body=LONG, title="はじめまして"
    )
    AttachmentFactory(item=first.posts.get(), title="雪かきの当番表")
    moderation.report(replies[0], by=UserFactory(), rule=Rule.RESPECT, reason="言葉がきついと感じました。")
    hidden = moderation.hide_post(replies[1], by=moderator, rule=Rule.NO_ADS, note="商品の宣伝と判断しました。")
    answered = moderation.lock(TopicFactory(author=author), by=moderator, rule=Rule.RESPECT)
    moderation_answers.answer(answered, by=author, answer="話はまだ続いています。読み直してください。")
    until = timezone.now() + timedelta(days=30)
    moderation_people.suspend(author, by=moderator, rule=Rule.NO_ADS, until=until, note="三度目です。")
    topic.refresh_from_db()
    recount(topic)
    index_all_of(topic)
    post, topics = replies[0].pk, f"/forum/moderation/topics/{topic.pk}/"
    pages = {
        "queue": (moderator, "/forum/moderation/"),
        "log": (moderator, "/forum/moderation/log/"),
        "post": (moderator, f"/forum/moderation/posts/{post}/"),
        "topic": (moderator, topics),
        "person": (moderator, f"/forum/moderation/people/{author.pk}/"),
        "step_moderator": (moderator, answered.get_absolute_url()),
        "step_author": (author, hidden.get_absolute_url()),
        "topic_page": (moderator, topic.get_absolute_url()),
        "report": (author, f"/forum/posts/{topic.posts.get(number=1).pk}/report/"),
        "rules": (None, "/forum/rules/"),
        "numbers": (None, "/forum/moderation/numbers/"),
    }
    return pages | {
        "post_errors": (*pages["post"], "hide"),
        "topic_errors": (*pages["topic"], "move"),
        "report_errors": (*pages["report"], "事務局へ知らせる"),
    }


PAGES = ("queue", "log", "post", "topic", "person", "step_moderator", "step_author", "topic_page", "report", "rules")
STATES = (*PAGES, "numbers", "post_errors", "topic_errors", "report_errors")


@pytest.fixture(params=STATES)
def visit(request, open_page, site, world):
    """The page with all its forms unfolded; `complaints` is what the browser says."""
    who, address, *press = world[request.param]
    page = signed_in(open_page, site, who, address) if who else open_page(address)
    page.name, page.complaints = request.param, []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and page.complaints.append(message.text))
    page.html = page.goto(address).text()
    _unfold(page)
    if press:
        button = page.locator(f"main button[value={press[0]}]") if press[0].isascii() else main_button(page, press[0])
        button.first.click()
        page.wait_for_selector("#error-summary")
        _unfold(page)
    return page


def _unfold(page):
    page.evaluate("() => document.querySelectorAll('main details').forEach(details => { details.open = true })")


def test_pages_of_moderation_hold_what_every_page_does(visit):
    for name, viewport in (("desk", DESKTOP), ("phone", PHONE)):
        visit.set_viewport_size(viewport)
        assert axe_findings(visit) == [], name
        if SCREENSHOTS:
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            visit.screenshot(path=Path(SCREENSHOTS) / f"{visit.name}-{name}.png", full_page=True)
    visit.set_viewport_size({"width": 320, "height": 900})
    assert outside(visit) == []
    assert visit.complaints == []
    parser = html5lib.HTMLParser()
    parser.parse(visit.html)
    assert [(position, code) for position, code, _ in parser.errors] == []


def test_a_first_post_is_read_released_reported_hidden_and_shown_again(open_page, site):
    """Author, reader and moderator, on phones without JavaScript; what comes by mail is read."""
    options = {"viewport": PHONE, "java_script_enabled": False}
    author, reader, moderator = UserFactory(role=Role.COORDINATOR), UserFactory(), secretariat()
    board = BoardFactory(title="港町の部屋")
    post = TopicFactory(
        board=board,
        author=author,
        title="港町の送迎",
        state=State.HELD,
        published_at=None,
        first_post__published_at=None,
    ).posts.get()
    desk = signed_in(open_page, site, moderator, "/forum/moderation/", **options)

    waiting = desk.get_by_role("article").filter(has_text="港町の送迎")
    waiting.get_by_role("button", name=re.compile("^公開する")).click()
    expect(desk.get_by_label("操作の結果")).to_contain_text("公開しました")
    phone = signed_in(open_page, site, reader, link_in(newest_mail_to(author.email), "/forum/"), **options)
    phone.get_by_role("link", name=re.compile("^事務局へ知らせる")).click()
    phone.get_by_label(re.compile("^宣伝だけ")).check()
    phone.get_by_label(re.compile("^どんなところ")).fill("お店の名前が何度も出てきます。")
    main_button(phone, "事務局へ知らせる").click()
    expect(phone.get_by_label("操作の結果")).to_contain_text("ありがとうございます")

    desk.goto("/forum/moderation/")
    told = desk.get_by_role("article").filter(has_text="お店の名前が何度も")
    told.get_by_text(re.compile("^表示しないことにする")).first.click()
    told.get_by_label(re.compile("^理由となるルール")).first.select_option(label=Rule.NO_ADS.label)
    told.get_by_label(re.compile("^書いた人へのことば")).first.fill("お店の名前を外して、書き直してください。")
    told.get_by_role("button", name="表示しないことにする", exact=True).click()
    expect(desk.get_by_label("操作の結果")).to_contain_text("表示しないことにしました")
    assert phone.goto(post.topic.get_absolute_url()).status == 404

    message = newest_mail_to(author.email)
    assert "お店の名前を外して" in message.body
    home = signed_in(open_page, site, author, link_in(message, "/steps/"), **options)
    expect(home.get_by_role("main")).to_contain_text(Rule.NO_ADS.label)
    home.get_by_label(re.compile("^返事")).fill("送迎の待ち合わせ場所として書きました。")
    main_button(home, "返事を送る").click()
    expect(home.get_by_label("操作の結果")).to_contain_text("返事を受け取りました")

    desk.goto("/forum/moderation/")
    desk.get_by_role("link", name=re.compile("^非表示にした：港町の送迎")).click()
    desk.get_by_text("対応を取り消す", exact=True).first.click()
    form = desk.locator("details[open]")
    form.get_by_label(re.compile("^返事への回答")).fill("事情が分かりました。もう一度表示します。")
    form.get_by_role("button", name="対応を取り消す").click()
    expect(desk.get_by_label("操作の結果")).to_contain_text("対応を取り消しました")
    assert "事情が分かりました" in newest_mail_to(author.email).body
    assert phone.goto(post.topic.get_absolute_url()).status == 200
    assert Post.objects.get(pk=post.pk).state == State.VISIBLE
    taken = list(ModerationStep.objects.filter(post=post).order_by("pk").values_list("step", flat=True))
    assert taken == [Step.RELEASE, Step.HIDE, Step.RESTORE]
