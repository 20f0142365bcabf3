"""The pages around the content: they open for everyone, name themselves and set no cookie."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.forms import ShortCaseForm
from organizations.forms import CRITERIA
from platform_site.models import Announcement, RelatedLink
from tests.factories import CaseStudyFactory, UserFactory, secretariat

pytestmark = pytest.mark.django_db

STATIC_PAGES = ["about", "guide", "terms", "privacy", "accessibility", "sitemap", "links", "announcements"]
ALL_PAGES = ["home", "contact", *STATIC_PAGES]


def announce(title="説明会を開きます", days=0, **fields):
    day = timezone.localdate() + timedelta(days=days)
    return Announcement.objects.create(title=title, body="**日時**：後日", published_on=day, **fields)


@pytest.mark.parametrize("name", ALL_PAGES)
def test_page_has_what_every_page_needs(client, name):
    html = client.get(reverse(name)).content.decode()

    assert html.count("<h1") == 1
    assert '<html lang="ja">' in html
    assert re.search(r"<title>[^<]*生活支援共創プラットフォーム</title>", html)
    assert 'href="#main">本文へ移動</a>' in html
    assert re.search(r'<main [^>]*id="main"\s+tabindex="-1"', html)
    assert '<link rel="canonical"' in html
    assert '<meta name="description"' in html
    assert "maximum-scale" not in html


@pytest.mark.parametrize("name", ALL_PAGES)
def test_page_loads_nothing_from_elsewhere_and_has_no_inline_code(client, name):
    html = client.get(reverse(name)).content.decode()

    loaded = re.findall(r'<(?:script|img|iframe|link rel="(?:stylesheet|icon)")[^>]*(?:src|href)="([^"]+)"', html)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*(src=|ld\+json))", html)


@pytest.mark.parametrize("name", ["home", *STATIC_PAGES])
def test_visitor_gets_no_cookie(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("name", ["home", *STATIC_PAGES])
@pytest.mark.parametrize("method", ["post", "put", "delete", "trace"])
def test_pages_only_answer_reading(client, name, method):
    assert getattr(client, method)(reverse(name)).status_code == 405


def test_titles_are_all_different(client):
    titles = {re.search("<title>(.*?)</title>", client.get(reverse(name)).content.decode())[1] for name in ALL_PAGES}

    assert len(titles) == len(ALL_PAGES)


def test_footer_is_in_the_same_order_everywhere(client):
    orders = {
        tuple(re.findall(r"<li><a [^>]*>([^<]+)</a>", client.get(reverse(name)).content.decode().split("<footer")[1]))
        for name in ALL_PAGES
    }

    assert orders == {
        (
            "地域から探す",
            "お問い合わせ",
            "このサイトについて",
            "利用規約（PDL1.0）",
            "プライバシーポリシー",
            "ウェブアクセシビリティ",
            "オープンデータ",
            "サイトマップ",
            "著作権",
        )
    }


def test_menu_marks_the_section(client):
    html = client.get(reverse("announcements")).content.decode()

    assert re.findall(r'<a href="([^"]+)"\s+aria-current="true"', html) == ["/announcements/"]


def test_unknown_section_marks_nothing(client):
    assert 'aria-current="true"' not in client.get("/nothing/").content.decode()


def test_visitor_sees_no_login_state(client):
    assert "サインアウト" not in client.get("/about/").content.decode()


def test_secretariat_sees_name_admin_and_logout(client):
    client.force_login(secretariat())

    html = client.get("/about/").content.decode()

    assert "さんの登録情報</a>" in html
    assert reverse("admin:index") in html
    assert "サインアウト" in html


def test_person_without_a_role_sees_no_way_to_the_admin(client):
    client.force_login(UserFactory())

    html = client.get("/about/").content.decode()

    assert reverse("admin:index") + '"' not in html
    assert "サインアウト" in html


def test_guide_says_what_the_forms_will_ask(client):
    html = client.get("/guide/").content.decode()

    questions = [label[3:] for label in ShortCaseForm.Meta.labels.values() if label[0].isdigit()]
    assert len(questions) == 5
    assert [text for text in [*questions, *(label for _, label in CRITERIA)] if text not in html] == []


@pytest.mark.parametrize("count", [1, 6])
def test_home_query_count_does_not_grow(client, count, django_assert_max_num_queries):
    CaseStudyFactory.create_batch(count, published=True)
    announce(is_important=True)
    client.get("/")  # Regions and themes are read once per process.

    with django_assert_max_num_queries(8):
        client.get("/")


def test_home_shows_newest_cases_themes_and_map(client):
    CaseStudyFactory(title="朝市への送迎", published=True)
    CaseStudyFactory(title="下書きの事例")

    html = client.get("/").content.decode()

    assert "朝市への送迎" in html
    assert "下書きの事例" not in html
    assert html.count('class="tile-map__cell ') == 47
    assert html.count("/cases/?theme=") == 23


def test_home_without_content_leaves_empty_parts_out(client):
    html = client.get("/").content.decode()

    assert "新しい事例" not in html
    assert 'id="news"' not in html


def test_important_announcement_is_on_top_of_home(client):
    announce("大雨のため休止します", is_important=True)
    announce("ふつうのお知らせ")

    html = client.get("/").content.decode()

    assert html.index("大雨のため休止します") < html.index("分野から探す") < html.index("ふつうのお知らせ")


def test_future_announcement_stays_hidden(client):
    tomorrow = announce("あしたの発表", days=1)

    assert "あしたの発表" not in client.get("/announcements/").content.decode()
    assert client.get(reverse("announcement", args=[tomorrow.pk])).status_code == 404
    assert "あしたの発表" not in client.get("/").content.decode()


def test_announcement_of_today_is_shown_with_its_day(client):
    today = announce("きょうのお知らせ")

    html = client.get(reverse("announcement", args=[today.pk])).content.decode()

    assert "<strong>日時</strong>" in html
    assert f'<time datetime="{today.published_on.isoformat()}">' in html


@pytest.mark.parametrize("page", ["abc", "0", "-1", "999999", "%00", "１"])
def test_odd_page_numbers_of_announcements_show_a_page(client, page):
    for number in range(21):
        announce(f"お知らせ{number}")

    response = client.get(f"/announcements/?page={page}")

    assert response.status_code == 200
    assert "お知らせ" in response.content.decode()


def test_announcements_are_paged(client):
    for number in range(25):
        announce(f"番号{number:02}のお知らせ", days=-number)

    first, second = (client.get(f"/announcements/?page={page}").content.decode() for page in (1, 2))

    assert "25件中 1〜20件" in first
    assert "番号00のお知らせ" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert "番号24のお知らせ" in second
    assert 'rel="next"' not in second


def test_links_are_shown_in_the_order_of_the_secretariat(client):
    RelatedLink.objects.create(title="あと", url="https://b.example.jp/", position=2)
    RelatedLink.objects.create(title="さき", url="https://a.example.jp/", position=1)

    html = client.get("/links/").content.decode()

    assert html.index("さき（外部サイト）") < html.index("あと（外部サイト）")


def test_missing_page_explains_itself(client):
    response = client.get("/nothing/here/")

    assert response.status_code == 404
    assert "ページが見つかりません" in response.content.decode()
    assert 'rel="canonical"' not in response.content.decode()


def test_csrf_failure_tells_that_nothing_typed_is_lost():
    response = Client(enforce_csrf_checks=True).post("/contact/", {"name": "山田"})

    assert response.status_code == 403
    assert "入力内容は、ブラウザーの「戻る」で残っています" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_error_pages_stand_alone(name, django_assert_num_queries):
    from django.template.loader import get_template

    with django_assert_num_queries(0):
        html = get_template(name).render()

    assert html.count("<h1") == 1
    assert "/static/css/portal.css" in html


def test_server_error_shows_the_page(client, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr("platform_site.views.overview", broken)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert "ただいま表示できません" in response.content.decode()


def test_refusal_shows_the_sentence_of_the_exception(rf):
    from django.contrib.auth.models import AnonymousUser
    from django.core.exceptions import PermissionDenied
    from django.views.defaults import permission_denied

    request = rf.get("/")
    request.user = AnonymousUser()

    response = permission_denied(request, PermissionDenied("審査中の事例は変えられません。"))

    assert response.status_code == 403
    assert "審査中の事例は変えられません。" in response.content.decode()
