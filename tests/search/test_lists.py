"""The list page: parameters, notices, loosening, facets as links, and what it costs."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import generation
from search.matching import forget_synonyms
from search.models import MissedSearch, Synonym
from taxonomy.models import Region, Theme
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db

LIST = "/cases/"


def case(title, *, regions=("131016",), themes=(), **fields):
    return CaseStudyFactory(
        title=title,
        published=True,
        regions=Region.objects.filter(pk__in=regions),
        themes=Theme.objects.filter(slug__in=themes),
        **fields,
    )


def page(client, path=LIST, **parameters):
    response = client.get(path, parameters)
    assert response.status_code == 200
    return response.content.decode()


def test_finds_by_keyword_and_region_and_marks_the_word(client):
    case("買い物バス", regions=["131016"])
    case("買い物バスの旅", regions=["202134"])

    html = page(client, q="買物", region="13")

    assert "<mark>買い物</mark>バス</a>" in html
    assert "バスの旅" not in html
    assert "言葉：買物" in html
    assert "地域：東京都" in html


def test_the_form_keeps_what_was_chosen(client):
    case("買い物バス", themes=["shopping"])

    html = page(client, q="買物", theme="shopping", kind="npo")

    assert 'value="買物"' in html
    assert 'name="theme" value="shopping"' in html
    assert 'name="kind" value="npo"' in html


def test_the_second_list_of_the_plain_form_becomes_one_region(client):
    response = client.get(LIST, {"q": "移動", "region": "20", "municipality": "202134"})

    assert response.status_code == 302
    assert response.url == f"{LIST}?q=%E7%A7%BB%E5%8B%95&region=202134"


def test_a_municipality_left_over_from_another_prefecture_does_not_count(client):
    response = client.get(LIST, {"region": "13", "municipality": "202134"})

    assert response.url == f"{LIST}?region=13"


def test_a_municipality_shows_its_own_first_then_prefecture_and_nation_under_headings(client):
    case("飯山の送迎", regions=["202134"])
    case("県の送迎", regions=["20"])
    case("国の送迎", regions=["00"])
    case("長野市の送迎", regions=["202011"])

    html = page(client, region="202134")

    positions = [
        html.index(text)
        for text in ("飯山の送迎", "長野県全体の事例</h2>", "県の送迎", "全国共通の事例</h2>", "国の送迎")
    ]
    assert positions == sorted(positions)
    assert "長野市の送迎" not in html


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"region": "99"}, "地域コード「99」は見つかりませんでした"),
        ({"region": "🚌"}, "地域コード「🚌」は見つかりませんでした"),
        ({"theme": "nonsense"}, "分野「nonsense」は見つかりませんでした"),
        ({"kind": "x" * 500}, "団体の種類「xxxxxxxxxxxxxxxxxxxx…」は見つかりませんでした"),
        ({"page": "abc"}, "ページの番号を読み取れなかったため"),
        ({"page": "-1"}, "ページの番号を読み取れなかったため"),
        ({"page": "999999"}, "999,999ページ目はありません"),
        ({"page": "9" * 30}, "ページの番号を読み取れなかったため"),
        ({"q": "！？"}, "探す言葉を読み取れませんでした"),
        ({"q": "-"}, "探す言葉を読み取れませんでした"),
        ({"q": '"'}, "探す言葉を読み取れませんでした"),
        ({"q": "😀"}, "探す言葉を読み取れませんでした"),
        ({"q": "移" * 10_000}, "はじめのほうだけを使って探しました"),
    ],
)
def test_what_cannot_be_understood_is_said_and_left_out(client, parameters, sentence):
    case("買い物バス")

    html = page(client, **parameters)

    assert sentence in html


@pytest.mark.parametrize("value", ["\x00", "買物\x00", " ", "　", "'; DROP TABLE", "%", "_", "\\", "a" * 5_000])
@pytest.mark.parametrize("name", ["q", "region", "theme", "kind", "sort", "page", "municipality"])
def test_no_value_of_any_parameter_breaks_the_page(client, name, value):
    case("買い物バス")

    assert client.get(LIST, {name: value}).status_code in (200, 302)
    assert client.get("/search/", {name: value}).status_code in (200, 302)


def test_nothing_found_says_what_was_sought_and_what_to_loosen(client):
    case("古民家の宿", regions=["13"])

    html = page(client, q="買物", region="13")

    assert "すべての条件に合う事例は見つかりませんでした" in html
    assert "言葉「買物」を外す</a>（1件）" in html
    assert "古民家の宿" in html


def test_a_word_only_begun_is_completed(client):
    case("コミュニティカフェ")

    html = page(client, q="コミュニ")

    assert "「コミュニ」で始まる言葉に広げて探しました" in html
    assert "<mark>コミュニ</mark>ティカフェ" in html


def test_letters_inside_words_are_the_last_resort(client):
    case("認知症カフェ")

    html = page(client, q="知症")

    assert "知症」という文字を探しました" in html


def test_a_compound_is_taken_apart(client):
    case("移動の話", content="住民が手段を考えた")

    html = page(client, q="移動手段")

    assert "「移動」「手段」のどれかを含むもの" in html


def test_below_very_few_hits_stand_similar_ones(client):
    case("送迎の車と見守り")
    case("見守りの電話")

    html = page(client, q="送迎 見守り")

    assert html.index("送迎</mark>の車") < html.index("近い内容の事例</h2>") < html.index("見守り</mark>の電話")


def test_each_loosened_filter_leads_to_what_it_finds(client):
    case("買い物バス", regions=["202134"], themes=["shopping"])

    html = page(client, q="買い物", region="13", theme="shopping")

    assert "地域を「東京都」から「全国」に広げる</a>（1件）" in html


def test_words_that_found_nothing_are_counted_without_a_person(client):
    for _ in range(2):
        page(client, q="空飛ぶ円盤")

    miss = MissedSearch.objects.get()
    assert (miss.words, miss.kind, miss.count) == ("空飛ぶ円盤", "case", 2)


def test_a_day_holds_a_limited_number_of_misses(client, monkeypatch):
    monkeypatch.setattr("search.lists.MISSES_PER_DAY", 1)

    for words in ("空飛ぶ円盤", "月の石", "空飛ぶ円盤"):
        page(client, q=words)

    assert [(miss.words, miss.count) for miss in MissedSearch.objects.all()] == [("空飛ぶ円盤", 1)]


def test_words_found_elsewhere_are_no_miss(client):
    case("買い物バス", regions=["202134"])

    page(client, q="買い物", region="13")

    assert not MissedSearch.objects.exists()


def test_facets_are_links_that_keep_the_rest_of_the_address(client):
    case("買い物バス", themes=["shopping"])

    html = page(client, q="買い物")

    assert 'href="?q=%E8%B2%B7%E3%81%84%E7%89%A9&amp;theme=shopping"' in html
    assert 'href="?q=%E8%B2%B7%E3%81%84%E7%89%A9&amp;region=13"' in html


def test_a_chosen_facet_can_be_taken_back(client):
    case("買い物バス", themes=["shopping", "mobility"])

    html = page(client, theme=["shopping", "mobility"])

    assert 'href="?theme=mobility" aria-current="true"' in html


def test_facets_follow_a_new_synonym(client):
    case("ふれあいサロン", themes=["gathering-place"])
    assert "facet-theme" not in page(client, q="通いの場")

    Synonym.objects.create(words="通いの場、サロン")
    forget_synonyms()

    assert "facet-theme" in page(client, q="通いの場")


def test_pages_cut_the_list_without_gaps(client):
    cases = {case(f"送迎その{number}").title for number in range(45)}

    seen = []
    for number in (1, 2, 3):
        context = client.get(LIST, {"page": number}).context
        seen += [re.search(r">(送迎その\d+)<", card)[1] for group in context["groups"] for card in group.cards]

    assert len(seen) == 45
    assert set(seen) == cases


def test_drafts_are_not_listed(client):
    CaseStudyFactory(title="まだ下書き")

    assert "まだ下書き" not in page(client)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "trace"])
@pytest.mark.parametrize("path", [LIST, "/search/"])
def test_lists_are_read_only(client, method, path):
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("parameters", [{}, {"q": "送迎"}, {"region": "202134"}, {"q": "送迎", "theme": "mobility"}])
def test_the_number_of_queries_does_not_grow(client, parameters):
    def queries():
        cache.clear()
        generation.forget()
        with CaptureQueriesContext(connection) as captured:
            page(client, **parameters)
        return len(captured)

    for number in range(3):
        case(f"送迎その{number}", regions=["202134"], themes=["mobility"])
    page(client, **parameters)
    few = queries()
    for number in range(15):
        case(f"送迎{number}", regions=["202134", "20"], themes=["mobility", "shopping"])

    assert queries() == few <= 6
