"""The search over all kinds of content at once."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from organizations.models import OrganizationKind
from search import generation
from search.models import MissedSearch
from taxonomy.models import Region, Theme
from tests.factories import (
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

IIYAMA = "202134"


def search(client, **parameters):
    response = client.get("/search/", parameters)
    assert response.status_code == 200
    return response.content.decode()


def counted(html):
    """What the line above the groups says of each kind."""
    line = html.partition('aria-label="種類ごとの一覧"')[2].partition("</nav>")[0]
    return {label: int(number) for label, number in re.findall(r">([^<>]+) ([\d,]+)件<", line)}


@pytest.fixture
def everything():
    """Something of each kind with the same word, place and field."""
    ours = {"regions": [Region.objects.get(code=IIYAMA)], "themes": Theme.objects.filter(slug="mobility")}
    day = timezone.localdate() - timedelta(days=10)
    npo = OrganizationFactory(published=True, name="送迎の会", kind=OrganizationKind.NPO, **ours)
    CaseStudyFactory(published=True, title="送迎のしくみ", organization=npo, **ours)
    PolicyFactory(published=True, title="送迎を支える事業", **ours)
    EventFactory(published=True, title="送迎の講習", **ours)
    EventFactory(published=True, title="去年の送迎の講習", start_date=day, **ours)
    topic = TopicFactory(title="送迎の相談", first_post__body="どうしていますか。")
    topic.regions.set(ours["regions"])
    topic.themes.set(ours["themes"])
    TopicFactory(title="別の話", first_post__body="送迎のほかに")
    return ours


def test_each_kind_has_its_count_its_best_hits_and_the_way_to_its_list(client, everything):
    html = search(client, q="送迎", sort="new")

    assert counted(html) == {
        "事例": 1,
        "施策・予算": 1,
        "これからのイベント": 1,
        "終わったイベント": 1,
        "団体": 1,
        "掲示板の話題": 2,
    }
    assert "掲示板の投稿には見つかりませんでした。" in html
    word = "q=%E9%80%81%E8%BF%8E&amp;sort=new"
    for path in ("cases", "policies", "events", "events/past", "organizations", "forum/search"):
        assert f'href="/{path}/?{word}"' in html
    assert "<mark>送迎</mark>の講習" in html
    assert 'href="/forum/search/posts/?q' not in html


def test_the_filters_are_those_of_the_lists(client, everything):
    CaseStudyFactory(published=True, title="よその送迎")

    here = search(client, q="送迎", region="20", theme="mobility")
    of_npo = search(client, q="送迎", kind="npo")

    assert counted(here)["事例"] == 1
    assert counted(search(client, q="送迎"))["事例"] == 2
    for label in ("地域：長野県", "分野：移動（交通）", "飯山市"):
        assert label in here
    assert set(counted(of_npo)) == {"事例", "団体"}
    assert "団体の種類でしぼり込んでいるため、施策・予算・これからのイベント" in of_npo


@pytest.mark.parametrize(
    ("parameters", "sentence", "links"),
    [
        ({"q": "送迎", "theme": "farmland"}, "分野「農地」を外して", ["分野「農地」を外す</a>（7件）"]),
        (
            {"q": "送迎", "region": "202011"},
            "地域を「長野県長野市」から「長野県」に広げて",
            ["に広げる</a>（5件）", "「全国」に広げる</a>（7件）"],
        ),
        ({"q": "送迎", "region": "47", "theme": "farmland"}, "地域と分野を外して", ["地域と分野を外す</a>（7件）"]),
        ({"q": "迎"}, "という文字を探しました", []),
        ({"q": "送迎 qwertyuiop"}, "「送迎」を含むものを表示", ["言葉「qwertyuiop」を外す</a>（7件）"]),
    ],
)
def test_nothing_found_is_loosened_over_all_kinds_and_says_how(client, everything, parameters, sentence, links):
    html = search(client, **parameters)

    assert "この条件に合うものは見つかりませんでした" in html
    for words in (sentence, *links, "事例（1件）", "団体（1件）"):
        assert words in html


def test_words_that_find_nothing_anywhere_are_noted(client, everything):
    html = search(client, q="ぬるぽがっ")

    assert "のどれかを試してください" in html
    assert MissedSearch.objects.get().kind == "all"


def test_without_a_question_the_lists_are_named(client):
    html = search(client)

    assert "まとめて探せます" in html
    for path in ("/cases/", "/policies/", "/events/", "/organizations/", "/forum/search/"):
        assert f'class="chip" href="{path}"' in html


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "送迎", "region": IIYAMA, "theme": "mobility"},
        {"q": "体験 送迎 うちゅうせん 買い物", "region": IIYAMA, "theme": "farmland", "kind": "npo"},
    ],
)
def test_the_number_of_queries_does_not_grow(client, everything, parameters):
    client.force_login(UserFactory(role=Role.COORDINATOR))

    def queries():
        cache.clear()
        generation.forget()
        with CaptureQueriesContext(connection) as captured:
            search(client, **parameters)
        return len(captured)

    search(client, **parameters)
    few = queries()
    for number in range(6):
        CaseStudyFactory(published=True, title=f"送迎{number}", **everything)
        PostFactory(topic=TopicFactory(title=f"送迎の相談{number}"), body="送迎です")

    assert queries() == few <= 15
