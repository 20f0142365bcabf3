"""Notices, settings of mails and the links in mails, in a browser: axe, narrow windows, and a way without JavaScript.

``SCREENSHOTS=folder`` keeps a picture of each state at both widths.
"""

import os
import re
import uuid
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import OrganizationRole, Role
from forum import actions, digests, following, links
from forum.models import (
    Frequency,
    HelpAnswer,
    HelpRequest,
    ModerationStep,
    Notice,
    NoticeKind,
    ShownAs,
    Step,
    Subscriber,
    Topic,
)
from forum.rules import Rule
from forum.subscriptions import add, follow, subscriber_of
from mailing.actions import send_now
from mailing.models import OutgoingMail
from taxonomy.models import Region, Theme
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import axe_findings, outside
from tests.factories import BoardFactory, CaseStudyFactory, EventFactory, OrganizationFactory, TopicFactory, writer

SCREENSHOTS = os.environ.get("SCREENSHOTS")
# By name: the address, and whether somebody is signed in. Names in braces are keys of the world.
STATES = {
    "notices": ("/forum/notices/", True),
    "settings": ("/forum/settings/", True),
    "unanswered": ("/forum/unanswered/", False),
    "unanswered_none": ("/forum/unanswered/?region=47", False),
    "subscribe": ("/forum/subscribe/?region=20", False),
    "subscribe_sent": ("/forum/subscribe/sent/", False),
    "confirm": ("{confirm}", False),
    "manage": ("{manage}", False),
    "unsubscribe": ("{stop}", False),
    "link_of_nobody": ("/forum/unsubscribe/x:y:z/", False),
    "help": ("{help}", False),
    "outcome": ("{topic}outcome/", True),
    "case": ("{topic}case/", True),
    "topic": ("{topic}", True),
    "forum": ("/forum/", False),
    "mypage": ("/mypage/", True),
    "followed_event": ("{event}", True),
    "saved_list": ("/cases/?q=朝市の送迎&region=202134&theme=shopping", True),
    "subscribe_list": ("/forum/subscribe/?list=%2Fcases%2F%3Fregion%3D20", False),
}


@pytest.fixture(scope="module")
def world(site):
    """Somebody who was told of everything, with the addresses of the states."""
    person = writer(display_name="相談した人")
    board = BoardFactory(title="分野ごとの交流")
    topic = actions.start_topic(
        Topic(board=board, title="買い物の送迎の担い手が集まりません"),
        body="町内会にも声をかけましたが、手が挙がりません。",
        by=person,
        shown_as=ShownAs.NAME,
        key=uuid.uuid4(),
        links={"themes": Theme.objects.filter(name="買い物"), "regions": Region.objects.filter(code="202134")},
    )
    helper = writer(role=Role.MUNICIPAL, display_name="教える人", affiliation="みほん市")
    answer = actions.write_reply(
        topic, body=">>1 うちでは当番の表から始めました。", by=helper, shown_as=ShownAs.NAME, key=uuid.uuid4()
    )
    actions.write_reply(topic, body="表の見本を送ります。", by=helper, shown_as=ShownAs.ROLE, key=uuid.uuid4())
    actions.choose_best(topic, answer, by=person)
    organization = OrganizationFactory(published=True)
    organization.memberships.create(user=person, role=OrganizationRole.EDITOR)
    ModerationStep.objects.create(step=Step.WARN, rule=Rule.PRIVACY, topic=topic, person=person)
    for kind in (NoticeKind.HELP, NoticeKind.FOLLOW_UP):
        Notice.objects.create(person=person, kind=kind, topic=topic)
    long_ago = timezone.now() - timedelta(days=20)
    waiting = TopicFactory(board=board, title="見守りの進め方を教えてください", published_at=long_ago)
    waiting.regions.set(Region.objects.filter(code="20"))
    for region in ("13", "20"):
        add(subscriber_of(person), Theme.objects.get(name="買い物"), Region.objects.get(code=region))
    followed_event = EventFactory(published=True, title="買い物支援の見学会")
    for asked in (
        {"organization": str(organization.pk)},
        {"event": str(followed_event.pk)},
        {"list": "/cases/?q=朝市の送迎&region=202134&theme=shopping"},
    ):
        follow(subscriber_of(person), following.read(asked, person), frequency="")
    other = Subscriber.objects.create(email="subscriber@example.jp")
    add(other, None, None)
    help_request = HelpRequest.objects.create(topic=waiting, person=person, case=CaseStudyFactory(published=True))
    client = Client()
    client.force_login(person)
    return {
        "person": person,
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "topic": topic.get_absolute_url(),
        "confirm": _path(links.confirm_address("hanako@example.jp", {"region": "20"}, "weekly")),
        "manage": _path(links.manage_address(other.pk)),
        "stop": _path(links.stop_address(links.Stop.DIGEST, 0)),
        "help": _path(links.help_address(help_request.pk, HelpAnswer.NEVER)),
        "event": followed_event.get_absolute_url(),
    }


def _path(address):
    return address.removeprefix(settings.SITE_URL)


@pytest.fixture(scope="module")
def context(browser, site):
    with browser.new_context(base_url=site.url, locale="ja-JP", viewport=DESKTOP) as context:
        yield context


@pytest.fixture(scope="module", params=STATES)
def visit(request, context, site, world):
    address, is_signed_in = STATES[request.param]
    context.clear_cookies()
    if is_signed_in:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": world["session"], "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.name, page.complaints = request.param, []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.html = page.goto(address.format(**world)).text()
    yield page
    page.close()


def test_axe_finds_nothing(visit):
    for name, viewport in (("desk", DESKTOP), ("phone", PHONE)):
        visit.set_viewport_size(viewport)
        assert axe_findings(visit) == []
        keep_picture(visit, f"{visit.name}-{name}")


def test_nothing_stands_outside_a_narrow_window(visit):
    visit.set_viewport_size({"width": 320, "height": 900})

    assert outside(visit) == []


def test_the_html_is_valid_and_nothing_complains(visit):
    parser = html5lib.HTMLParser()
    parser.parse(visit.html)

    assert [(position, code) for position, code, _ in parser.errors] == []
    assert visit.complaints == []


def keep_picture(page, name):
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)


# Without JavaScript, on a phone: subscribe, confirm, change, stop.


def newest_mail(to):
    """The newest mail to the address, sent as the worker would."""
    stored = OutgoingMail.objects.filter(to=to).latest("pk")
    send_now(stored.pk)
    return mail.outbox[-1]


def test_somebody_without_an_account_subscribes_changes_and_stops(open_page, world):
    page = open_page("/forum/", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="新着をメールで受け取る").click()
    page.get_by_label("メールアドレス").fill("taro@example.jp")
    page.get_by_label(re.compile("^地域")).select_option("長野県")
    page.get_by_role("button", name="確認のメールを受け取る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("確認のメールを送りました")

    address = re.search(r"http\S+/subscribe/confirm/\S+", newest_mail("taro@example.jp").body)[0]
    page.goto(_path(address))
    page.get_by_role("button", name="受け取る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登録しました")

    page.get_by_role("link", name="受け取るものを加える、回数を変える").click()
    page.get_by_role("listitem").get_by_label("受け取る回数").select_option("毎日（朝）")
    page.get_by_label(re.compile("^分野")).select_option("買い物")
    page.get_by_role("button", name="この分野と地域を加える").click()
    subscriber = Subscriber.objects.get(email="taro@example.jp")
    assert [one.frequency for one in subscriber.subscriptions.all()] == [Frequency.DAILY, Frequency.WEEKLY]

    page.get_by_role("link", name="まとめのメールをすべて止めて").click()
    page.get_by_role("button", name="止める").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("メールを止めました")
    assert not Subscriber.objects.filter(email="taro@example.jp").exists()


def test_somebody_signed_in_reads_the_notices_and_makes_a_case(open_page, site, world):
    page = open_page("/", java_script_enabled=False)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": world["session"], "url": site.url}])
    page.goto("/mypage/")
    page.get_by_role("link", name=re.compile("掲示板のお知らせ（未読")).click()
    page.get_by_role("button", name="すべて「読んだ」にする").click()
    expect(page.get_by_text("すべて読みました")).to_be_visible()

    page.goto(world["topic"])
    page.get_by_role("link", name="この話題から事例を書く").click()
    page.get_by_role("button", name="下書きを作る").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("事例を直す")
    expect(page.get_by_label(re.compile("^題名"))).to_have_value("買い物の送迎の担い手が集まりません")


# The digest as a mail program shows it.


@pytest.mark.parametrize(("name", "viewport"), [("desk", DESKTOP), ("phone", PHONE)])
def test_the_digest_is_a_page_that_reads_well(open_page, world, name, viewport):
    subscriber = Subscriber.objects.get(person=world["person"])
    EventFactory(
        published=True,
        title="買い物支援の勉強会",
        organization__name="NPO" + "w" * 80,
        themes=Theme.objects.filter(name="買い物"),
        regions=Region.objects.filter(code="13"),
    )
    CaseStudyFactory(
        published=True,
        title="朝市までの送迎",
        themes=Theme.objects.filter(name="買い物"),
        regions=Region.objects.filter(code="20"),
    )
    other = writer(display_name="遠くの人")
    actions.start_topic(
        Topic(board=BoardFactory(), title="移動販売を続けるには", purpose="cases"),
        body="燃料代が上がり、続けるのが**むずかしく**なりました。" + "週に3日、山あいの集落を回っています。" * 20,
        by=other,
        shown_as=ShownAs.ROLE,
        key=uuid.uuid4(),
        links={"themes": Theme.objects.filter(name="買い物"), "regions": Region.objects.filter(code="20")},
    )
    now = timezone.now() + timedelta(seconds=1)
    start, end = now - timedelta(days=7), now + timedelta(days=len(name))
    due = [digests.Due(one, start, end) for one in subscriber.subscriptions.for_list()]
    digests._queue(subscriber, digests.digest_of(subscriber, due), due)
    message = newest_mail(subscriber.address)
    html = message.alternatives[0].content

    page = open_page("about:blank", viewport=viewport)
    page.set_content(html)

    expect(page.get_by_role("heading", level=1)).to_have_text("新着のまとめ")
    assert axe_findings(page) == []
    assert outside(page) == []
    parser = html5lib.HTMLParser()
    parser.parse(html.strip())
    assert parser.errors == []
    keep_picture(page, f"digest-{name}")
    if SCREENSHOTS:
        (Path(SCREENSHOTS) / "digest.txt").write_text(message.body)
