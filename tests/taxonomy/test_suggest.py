"""What the region picker is told while somebody types."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from taxonomy import registry
from taxonomy.suggestions import suggest

pytestmark = pytest.mark.django_db
URL = "/regions/suggest/"


def labels(client, query):
    return [region["label"] for region in client.get(URL, {"q": query}).json()["regions"]]


def test_address_and_shape(client):
    response = client.get(reverse("taxonomy:suggest"), {"q": "千代田区"})

    assert response.request["PATH_INFO"] == URL
    assert response.json() == {"regions": [{"code": "131016", "label": "東京都千代田区", "kana": "チヨダク"}]}


@pytest.mark.parametrize("query", ["高松市", "高松", "たかまつ", "タカマツ", "ﾀｶﾏﾂ", " たか まつ ", "香川県高松市"])
def test_kanji_and_both_kana_in_any_width_find_the_city(client, query):
    assert labels(client, query)[0] == "香川県高松市"


@pytest.mark.parametrize("query", ["鎌ケ谷", "鎌ヶ谷", "かまがや"])
def test_small_and_large_ke_are_the_same(client, query):
    assert labels(client, query) == ["千葉県鎌ケ谷市"]


def test_other_spelling_is_known(client):
    assert labels(client, "檮原") == labels(client, "梼原") == ["高知県梼原町"]


def test_prefecture_comes_before_its_municipalities_and_larger_ones_first(client):
    assert labels(client, "やまぐち")[:2] == ["山口県", "山口県山口市"]
    assert labels(client, "東京")[:2] == ["東京都", "東京都世田谷区"]


def test_same_names_are_ranked_by_population(client):
    assert labels(client, "府中市")[:2] == ["東京都府中市", "広島県府中市"]


def test_exact_name_comes_before_longer_ones(client):
    assert labels(client, "津市")[0] == "三重県津市"
    assert labels(client, "つし")[0] == "三重県津市"


def test_part_of_a_name_is_found(client):
    assert labels(client, "奥多摩") == ["東京都奥多摩町"]
    assert labels(client, "多摩")[0] == "東京都多摩市"
    assert "東京都奥多摩町" in labels(client, "多摩")


def test_at_most_ten(client):
    assert len(labels(client, "市")) == 10


@pytest.mark.parametrize("query", ["", " ", "\x00", "あ" * 10_000, "😀", "%", "'\"", "zzz", "\ud83d"])
def test_what_is_no_name_finds_nothing(client, query):
    response = client.get(URL, {"q": query.encode("utf-8", "surrogatepass").decode("utf-8", "replace")})

    assert response.status_code == 200
    assert response.json() == {"regions": []}


@given(st.text(max_size=60))
def test_any_text_gives_a_short_list(text):
    assert len(suggest(text)) <= 10


def test_null_characters_are_overlooked(client):
    assert labels(client, "高松\x00市") == ["香川県高松市"]
    assert suggest("高松\x00市") == []


def test_query_may_be_missing(client):
    assert client.get(URL).json() == {"regions": []}


def test_no_sql_once_the_registry_is_warm(client, django_assert_num_queries):
    registry.regions()

    with django_assert_num_queries(0):
        client.get(URL, {"q": "さっぽろ"})


def test_answer_may_be_cached_by_all_for_an_hour(client):
    response = client.get(URL, {"q": "つ"})

    assert response["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "trace"])
def test_only_reading_is_allowed(client, method):
    assert getattr(client, method)(URL).status_code == 405
