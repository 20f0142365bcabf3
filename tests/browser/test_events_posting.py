"""A story from start to end: an organization posts, copies, cancels and archives, on a phone without JavaScript.

And once more with the keyboard alone, at a desk.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from events.models import Event
from events.times import next_time, nth_weekday_text
from publishing.actions import change_status
from publishing.models import Status
from taxonomy.models import Region
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_keyboard import named, tab_to
from tests.browser.test_registration import main_button, signed_in
from tests.factories import EventFactory, OrganizationFactory, member_of, secretariat

SERIES = "港町の茶話会"
IIYAMA = "202134"
NOTICE = """第10回 港町の茶話会
日時：{day} 午後1時半から3時まで
会場：港町集会所
参加費：無料
定員：20名
"""


@pytest.fixture
def club(site):
    place = Region.objects.filter(code=IIYAMA)
    return OrganizationFactory(published=True, name="港町おしゃべり会", regions=place)


def fill_in(page, day):
    """Of a notice that was pasted, the rest by hand."""
    page.get_by_text("お知らせの文章を貼り付けて、欄に入れる").click()
    page.locator("#pasted").fill(NOTICE.format(day=f"{day.year}年{day.month}月{day.day}日"))
    main_button(page, "読み取って欄に入れる").click()
    expect(page.get_by_text(re.compile("つの欄に入れました。合っているか、確かめてください"))).to_be_visible()
    expect(page.get_by_label(re.compile("^イベント名※"))).to_have_value("第10回 港町の茶話会")
    expect(page.get_by_label(re.compile("^開始日"))).to_have_value(day.isoformat())
    expect(page.get_by_label(re.compile("^開始時刻"))).to_have_value("13:30")
    expect(page.get_by_label(re.compile("^会場の名前"))).to_have_value("港町集会所")
    page.get_by_label(re.compile("^概要")).fill("お茶を飲みながら、困りごとを話しましょう。")
    page.get_by_text("分野・種類・タグ・シリーズ").click()
    page.get_by_label("居場所", exact=True).check()
    page.get_by_label(re.compile("^シリーズの名前")).fill(SERIES)


def published(title):
    """The reviewer reads it and publishes it."""
    event = Event.objects.get(title=title)
    assert event.status == Status.SUBMITTED
    return change_status(event, "publish", by=secretariat())


def test_an_organization_posts_copies_cancels_and_archives(open_page, site, club):
    page = signed_in(open_page, site, member_of(club), "/mypage/", viewport=PHONE, java_script_enabled=False)
    day = timezone.localdate() + timedelta(days=3)

    page.get_by_role("link", name="イベントを載せる").click()
    fill_in(page, day)
    main_button(page, "保存して申請する").click()
    expect(page.get_by_label("操作の結果")).to_contain_text("申請しました")
    first = published("第10回 港町の茶話会")

    page.goto(first.get_absolute_url())
    second = copy(page, first)
    cancel(page, second)
    visitor = open_page("/events/?q=港町の茶話会", viewport=PHONE)
    card = visitor.locator(".card", has_text="第11回 港町の茶話会")
    expect(card).to_contain_text("中止")
    card.get_by_role("link").click()
    for text in ("このイベントは中止になりました", "会場が使えなくなったためです。", "お知らせした変更"):
        expect(visitor.get_by_role("main")).to_contain_text(text)
    expect(visitor.get_by_role("region", name="同じシリーズのイベント")).to_contain_text("第10回 港町の茶話会")

    # The day comes and goes.
    ago = timezone.localdate() - timedelta(days=2)
    Event.objects.filter(pk=first.pk).update(start_date=ago, end_date=ago)
    Event.objects.get(pk=first.pk).after_change()
    archive(page)
    visitor.goto("/events/archive/?q=港町の茶話会")
    visitor.get_by_role("link", name="第10回 港町の茶話会").click()
    expect(visitor.get_by_role("main")).to_contain_text("20人が集まりました。")


def copy(page, first):
    """The next one on the same weekday of the next month."""
    page.get_by_role("link", name="写して次の回をつくる").click()
    day = next_time(first.start_date, timezone.localdate())
    expect(page.get_by_role("main")).to_contain_text(f"{day.month}月{day.day}日を入れました。確かめてください。")
    if nth_weekday_text(day) == nth_weekday_text(first.start_date):
        expect(page.get_by_role("main")).to_contain_text(f"{nth_weekday_text(day)}に合わせて")
    expect(page.get_by_label(re.compile("^開始日"))).to_have_value(day.isoformat())
    expect(page.get_by_label(re.compile("^シリーズの名前"))).to_have_value(SERIES)
    page.get_by_label(re.compile("^イベント名※")).fill("第11回 港町の茶話会")
    main_button(page, "保存して申請する").click()
    second = published("第11回 港町の茶話会")
    assert (second.start_date, second.series) == (day, first.series)
    return second


def cancel(page, second):
    page.goto(second.get_absolute_url())
    page.get_by_role("link", name="中止・延期・満員を知らせる").click()
    page.get_by_label("中止（開かない）").check()
    page.get_by_label(re.compile("^説明")).fill("会場が使えなくなったためです。")
    main_button(page, "保存して公開ページに出す").click()
    expect(page.get_by_role("heading", name="このイベントは中止になりました")).to_be_visible()


def archive(page):
    """A report and a recording, asked for on mypage."""
    page.goto("/mypage/")
    part = page.get_by_role("region", name="終わったイベント")
    part.get_by_role("link", name="報告を書く").click()
    page.get_by_label(re.compile("^開催の報告")).fill("20人が集まりました。")
    main_button(page, "保存して公開ページに出す").click()
    page.get_by_role("link", name="動画を加える").click()
    page.get_by_label(re.compile("^題名")).fill("茶話会の様子")
    page.get_by_label(re.compile("アドレス")).fill("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    main_button(page, "この動画を加える").click()
    page.goto("/mypage/")
    expect(page.get_by_role("region", name="終わったイベント")).to_have_count(0)


def test_a_cancellation_with_the_keyboard_alone(open_page, site, club):
    event = EventFactory(published=True, title="港町の体操", organization=club)
    page = signed_in(open_page, site, member_of(club), event.get_absolute_url(), viewport=DESKTOP)

    tab_to(page, named("中止・延期・満員を知らせる", "a"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/state/")
    tab_to(page, lambda stop: stop["text"].startswith("開催予定"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, lambda stop: stop["tag"] == "textarea")
    page.keyboard.type("大雪のためです。")
    tab_to(page, named("保存して公開ページに出す", "button"))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{event.get_absolute_url()}")
    expect(page.get_by_role("heading", name="このイベントは中止になりました")).to_be_visible()


def test_a_mistake_leads_to_its_field_and_into_its_folded_part(open_page, site, club):
    page = signed_in(open_page, site, member_of(club), "/events/new/", viewport=PHONE)
    page.get_by_label(re.compile("^イベント名※")).fill("港町の散歩")
    page.get_by_text("対象・参加費・定員", exact=True).click()
    page.get_by_label(re.compile("^定員")).fill("たくさん")
    main_button(page, "保存して申請する").click()

    summary = page.get_by_role("alert").first
    for text in ("開始日を入力してください。", "概要を入力してください。", "定員は「30」「30人」のように"):
        expect(summary).to_contain_text(text)
    summary.get_by_role("link", name=re.compile("^定員")).click()
    field = page.get_by_label(re.compile("^定員"))
    expect(field).to_be_in_viewport()
    expect(field).to_have_value("たくさん")
    expect(page.get_by_label(re.compile("^イベント名※"))).to_have_value("港町の散歩")
