"""Recordings in a real browser: nothing is asked of other sites unasked, and our own can be watched from any place."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from playwright.sync_api import expect

from events import video_serving
from events.models import EventVideo
from publishing.models import Status
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import axe_findings, outside
from tests.browser.test_member_pages import SCREENSHOTS
from tests.factories import EventFactory, OrganizationFactory, member_of

TALK = (Path(__file__).parents[1] / "events/data/talk.webm").read_bytes()
YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"
CHAPTERS = "0:00 はじめに\n0:07 紹介"
CAPTIONS = "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nはじめます。\n\n00:00:07.000 --> 00:00:11.000\n紹介します。\n"


@pytest.fixture(scope="module")
def event(site):
    """An event with a video on YouTube, one on Vimeo, one elsewhere, and a file of our own."""
    event = EventFactory(
        published=True,
        title="支え合いのシンポジウム",
        start_date=date(2025, 11, 23),
        organization=OrganizationFactory(published=True),
    )
    rows = [
        {"url": "https://youtu.be/dQw4w9WgXcQ?si=x", "title": "第1部 基調講演", "chapters": CHAPTERS},
        {"url": "https://vimeo.com/123456789/0a1b2c3d4e", "title": "第2部 " + "とても長い題名の、" * 8},
        {"url": "https://www.example.jp/video/", "title": "第3部 よその動画"},
    ]
    for position, row in enumerate(rows):
        EventVideo.objects.create(event=event, position=position, transcript="こんにちは。\n\nはじめます。", **row)
    own = EventVideo(event=event, title="第4部 録画", position=3, chapters=CHAPTERS, captions=CAPTIONS)
    own.file_format, own.size, own.license = "webm", len(TALK), "CC BY 4.0"
    own.file.save("", ContentFile(TALK))
    event.after_change()
    event.own = own
    return event


@pytest.fixture
def visit(browser, site, event):
    """Opens the event's page in a browser that reaches no other site, with the `asked` addresses of these."""
    contexts = []

    def visit(address=None, **options):
        context = browser.new_context(**{"base_url": site.url, "locale": "ja-JP", "viewport": DESKTOP, **options})
        contexts.append(context)
        asked = []

        def decide(route):
            if route.request.url.startswith(site.url):
                return route.continue_()
            asked.append((route.request.url, route.request.headers.get("referer")))
            return route.abort()

        context.route("**/*", decide)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.asked, page.complaints = asked, []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.goto(address or event.get_absolute_url(), wait_until="networkidle")
        return page

    yield visit
    for context in contexts:
        context.close()


def keep_picture(page, name):
    """Like those of test_member_pages: ``SCREENSHOTS=folder`` keeps them."""
    if SCREENSHOTS:
        page.screenshot(path=f"{SCREENSHOTS}/video-{name}-{page.viewport_size['width']}.png", full_page=True)


def play(page, number=0):
    return page.locator(".video__poster").nth(number)


def focused(page):
    return page.evaluate("document.activeElement.tagName")


def test_no_other_site_is_asked_before_somebody_presses(visit):
    page = visit()
    page.mouse.wheel(0, 3000)
    play(page).hover()
    play(page).focus()
    page.wait_for_timeout(300)

    assert page.asked == []
    assert page.locator("iframe").count() == 0
    assert page.complaints == []


def test_after_the_press_only_the_host_without_cookies_is_asked(visit, site):
    page = visit()

    play(page).click()
    page.wait_for_timeout(300)

    # YouTube shows an error to who does not say where it is shown; more than the host is not told.
    assert page.asked == [(YOUTUBE, site.url + "/")]
    frame = page.locator("iframe")
    assert frame.get_attribute("title") == "第1部 基調講演"
    assert frame.get_attribute("allowfullscreen") is not None
    assert focused(page) == "IFRAME"
    assert [text for text in page.complaints if "Content Security Policy" in text] == []
    # The others still wait.
    assert page.locator(".video__poster").count() == 1


def test_vimeo_is_asked_not_to_track(visit):
    page = visit()

    play(page, 1).click()
    page.wait_for_timeout(300)

    expected = "https://player.vimeo.com/video/123456789?dnt=1&autoplay=1&h=0a1b2c3d4e"
    assert [address for address, _ in page.asked] == [expected]


def test_with_the_keyboard_alone(visit):
    page = visit()
    for _ in range(80):
        if play(page).evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    assert play(page).evaluate("button => button === document.activeElement")
    assert play(page).evaluate("button => getComputedStyle(button).outlineStyle") == "solid"

    page.keyboard.press("Enter")
    page.wait_for_timeout(300)

    assert [address for address, _ in page.asked] == [YOUTUBE]
    assert focused(page) == "IFRAME"


def test_a_chapter_plays_from_there(visit):
    page = visit()

    page.get_by_role("link", name="0:07 紹介").first.click()
    page.wait_for_timeout(300)

    assert [address for address, _ in page.asked] == [YOUTUBE + "&start=7"]
    page.get_by_role("link", name="0:00 はじめに").first.click()
    page.wait_for_timeout(300)
    assert page.asked[-1][0] == YOUTUBE
    assert page.locator("iframe").count() == 1


def test_without_javascript_links_lead_to_the_videos(visit, event):
    page = visit(java_script_enabled=False)

    assert page.asked == []
    assert page.get_by_role("button", name="再生する").count() == 0
    links = page.get_by_role("link")
    video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    assert links.filter(has_text="「第1部 基調講演」をYouTubeで見る").get_attribute("href") == video
    assert links.filter(has_text="0:07 紹介").first.get_attribute("href") == video + "&t=7s"
    assert links.filter(has_text="0:07 紹介").last.get_attribute("href") == event.own.file_address + "#t=7"
    assert page.locator("video").get_attribute("controls") is not None


def test_our_own_is_watched_from_any_place(visit, event, monkeypatch):
    # So little at once that it is asked for many times.
    monkeypatch.setattr(video_serving, "MOST_AT_ONCE", 300)
    page, answers = visit("/about/"), []
    page.on("response", lambda answer: event.own.file_address in answer.url and answers.append(answer))
    page.goto(event.get_absolute_url(), wait_until="networkidle")
    video = page.locator("video")
    assert video.evaluate("video => Math.round(video.duration)") == 12
    assert video.evaluate("video => video.textTracks[0].cues.length") == 2

    page.get_by_role("link", name="0:07 紹介").last.click()

    page.wait_for_function("() => document.querySelector('video').currentTime > 7.2")
    assert focused(page) == "VIDEO"
    video.evaluate("video => { video.currentTime = 11 }")
    page.wait_for_function("() => document.querySelector('video').ended")
    assert {answer.status for answer in answers} == {206}
    assert max(int(answer.headers["content-length"]) for answer in answers) == 300
    assert page.asked == []


def test_our_own_opened_alone(visit, event):
    page = visit("/about/")

    page.goto(event.own.file_address)

    page.wait_for_function("() => document.querySelector('video').readyState > 1")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(visit, viewport):
    page = visit(viewport=viewport)
    assert axe_findings(page) == []

    play(page).click()

    assert axe_findings(page) == []
    keep_picture(page, "page")


def test_nothing_stands_outside_a_narrow_window(visit):
    assert outside(visit(viewport={"width": 320, "height": 900})) == []


# Members


@pytest.fixture
def member_visit(visit, site, event):
    """Like `visit`, as somebody who looks after the event."""
    person = member_of(event.organization)
    client = Client()
    client.force_login(person)

    def member_visit(address, **options):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
        return visit(address, storage_state={"cookies": [{**cookie, "domain": "localhost", "path": "/"}]}, **options)

    return member_visit


@pytest.fixture
def draft(event):
    return EventFactory(title="つぎの集まり", organization=event.organization, status=Status.DRAFT)


def test_a_member_adds_a_recording_with_captions(member_visit, draft, tmp_path):
    (tmp_path / "talk.webm").write_bytes(TALK)
    (tmp_path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nはじめます。\n", encoding="cp932")
    page = member_visit(f"/events/{draft.pk}/videos/")

    page.get_by_label("動画のファイル").set_input_files(tmp_path / "talk.webm")
    page.get_by_role("button", name="この動画を加える").click()
    page.get_by_label("字幕のファイル").set_input_files(tmp_path / "talk.srt")
    page.get_by_label("目次").fill("紹介")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("#error-summary")).to_contain_text("目次の1行目を読み取れません。")
    page.get_by_label("字幕のファイル").set_input_files(tmp_path / "talk.srt")
    page.get_by_label("目次").fill("0:03 紹介")
    page.get_by_role("button", name="保存する").click()

    expect(page.get_by_text("動画の説明を保存しました。")).to_be_visible()
    video = draft.videos.get()
    assert (video.title, video.file_format, video.chapters) == ("talk", "webm", "0:03 紹介")
    assert "はじめます。" in video.captions


def test_what_is_too_large_is_told_before_it_is_sent(member_visit, draft, tmp_path):
    (tmp_path / "talk.webm").write_bytes(TALK)
    page = member_visit(f"/events/{draft.pk}/videos/")
    field = page.get_by_label("動画のファイル")
    field.evaluate("input => { input.dataset.mostBytes = '1000' }")

    field.set_input_files(tmp_path / "talk.webm")

    expect(page.get_by_role("status").filter(has_text="ファイルが大きすぎます。")).to_be_visible()
    assert field.evaluate("input => input.files.length") == 0


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_the_pages_of_members(member_visit, event, viewport):
    page = member_visit(f"/events/{event.pk}/videos/", viewport=viewport)
    assert axe_findings(page) == []
    keep_picture(page, "videos")
    page.get_by_role("button", name="この動画を加える").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.wait_for_load_state()
    assert axe_findings(page) == []
    keep_picture(page, "videos-error")
    page.goto(f"/events/{event.pk}/videos/{event.own.pk}/")
    assert axe_findings(page) == []
    keep_picture(page, "texts")
    assert page.complaints == []


def test_pages_of_members_in_a_narrow_window(member_visit, event):
    page = member_visit(f"/events/{event.pk}/videos/", viewport={"width": 320, "height": 900})
    assert outside(page) == []
    page.goto(f"/events/{event.pk}/videos/{event.own.pk}/")
    assert outside(page) == []
