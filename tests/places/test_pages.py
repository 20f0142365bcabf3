"""The pages of prefectures and municipalities, and the list of all of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.indexing import index_topic
from places.models import Contact
from search import generation
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

NAGANO, IIYAMA, KATSUYAMA, YOKOHAMA, NAKA, FUTABA, CHIYODA = (
    *("20", "202134", "182061", "141003", "141046"),
    *("075469", "131016"),
)


def at(*codes):
    return list(Region.objects.filter(code__in=codes))


def page(client, code):
    response = client.get(reverse("places:region", args=[code]))
    assert response.status_code == 200
    return response.content.decode()


def one_of_everything(code, number=""):
    """One public thing of each kind at a place, all of one field."""
    theme, regions = Theme.objects.filter(slug="shopping"), at(code)
    later = timezone.localdate() + timedelta(days=3)
    CaseStudyFactory(published=True, title=f"朝市の送迎{number}", regions=regions, themes=theme)
    OrganizationFactory(published=True, name=f"みどり会{number}", regions=regions, themes=theme)
    PolicyFactory(published=True, title=f"買い物を支える補助{number}", regions=regions)
    EventFactory(published=True, title=f"支え合い講座{number}", start_date=later, regions=regions)
    topic_at(regions, title=f"運転する人の集め方{number}")


def topic_at(regions, **fields):
    topic = TopicFactory(**fields)
    topic.regions.set(regions)
    index_topic(topic)


def test_a_municipality_shows_what_is_there_and_what_holds_around_it(client):
    one_of_everything(IIYAMA, "（市）")
    PolicyFactory(published=True, title="県の補助", regions=at(NAGANO))
    PolicyFactory(published=True, title="国の補助", regions=at("00"))
    CaseStudyFactory(published=True, title="よその事例", regions=at(CHIYODA))
    CaseStudyFactory(published=True, title="似た町の事例", regions=at(KATSUYAMA))

    html = page(client, IIYAMA)

    for text in (
        "朝市の送迎（市）",
        "みどり会（市）",
        "買い物を支える補助（市）",
        "支え合い講座（市）",
        "運転する人の集め方（市）",
    ):
        assert text in html
    around = html.split('id="around"')[1]
    assert "県の補助" in around
    assert "国の補助" in around
    assert "似た町の事例" in html.split('id="alike"')[1]
    assert "よその事例" not in html
    assert "答えを待っている相談" in html
    for text in ("19,539人", "38.2%", "202.4 km²", "https://www.city.iiyama", "SSDSE-A-2025"):
        assert text in html
    assert f'href="/cases/?region={IIYAMA}"' in html


def test_fields_without_a_case_are_an_invitation(client):
    one_of_everything(IIYAMA)

    missing = page(client, IIYAMA).split('id="missing"')[1].split("</section>")[0]

    assert "この分野の事例はまだありません" in missing
    assert f'href="/forum/new/?theme=environment&amp;region={IIYAMA}"' in missing
    assert "theme=shopping" not in missing
    assert f'href="{reverse("cases:create")}"' in missing


def test_a_prefecture_shows_its_municipalities_in_the_order_of_their_codes(client):
    CaseStudyFactory.create_batch(2, published=True, regions=at(IIYAMA))

    inside = page(client, NAGANO).split('id="inside"')[1].split("</section>")[0]

    assert '<a href="/regions/202134/">飯山市</a>（2）' in inside
    assert inside.index("長野市") < inside.index("飯山市") < inside.index("栄村")
    assert "長野市</a>（" not in inside


@pytest.mark.parametrize(
    ("code", "told", "not_told"),
    [
        ("202096", ["長野県伊那市"], ["行政区"]),
        ("203041", ["長野県川上村", "4,344人"], ["不明"]),
        (YOKOHAMA, ["3,777,491人", "横浜市の行政区", ">中区</a>"], ["資料にありません"]),
        (NAKA, ["横浜市全体の値を示します", "3,777,491人", "横浜市としてくらべています"], ["不明"]),
        (
            FUTABA,
            ["0人（国勢調査の時点で、住んでいる人がいませんでした）", "不明（資料に値がありません）"],
            [">0%", "0.0%"],
        ),
        (CHIYODA, ["東京都千代田区", "特別区"], ["行政区"]),
    ],
)
def test_five_towns_tell_what_is_known_and_what_is_not(client, code, told, not_told):
    html = page(client, code)

    assert [text for text in told if text not in html] == []
    assert [text for text in not_told if text in html] == []


def test_a_ward_shows_what_its_city_offers(client):
    PolicyFactory(published=True, title="市の補助", regions=at(YOKOHAMA))

    assert "市の補助" in page(client, NAKA).split('id="around"')[1]


def test_contacts_of_the_town_come_before_those_of_the_prefecture(client):
    today = timezone.localdate()
    Contact.objects.create(region_id=NAGANO, office="県の窓口", phone="026-000-0000", confirmed_on=today)
    Contact.objects.create(region_id=IIYAMA, office="市の窓口", email="a@example.jp", confirmed_on=today)

    html = page(client, IIYAMA)

    assert html.index("市の窓口") < html.index("県の窓口")
    assert 'href="tel:026-000-0000"' in html
    assert "市の窓口" not in page(client, "202096")
    assert "まだ分かっていません" in page(client, CHIYODA)


def test_a_topic_of_a_closed_board_is_shown_to_nobody(client):
    topic_at(at(IIYAMA), board=BoardFactory(visibility="members"), title="内輪の相談")

    assert "内輪の相談" not in page(client, IIYAMA)


def test_what_is_published_later_is_seen_at_once(client):
    assert "朝市の送迎" not in page(client, IIYAMA)

    one_of_everything(IIYAMA)

    assert "朝市の送迎" in page(client, IIYAMA)


@pytest.mark.parametrize(
    ("address", "status", "leads_to"),
    [
        ("/regions/00/", 302, "/regions/"),
        ("/regions/221317/", 301, "/regions/221384/"),
        ("/regions/221317/similar/", 301, "/regions/221384/similar/"),
        ("/regions/999999/", 404, None),
        ("/regions/99/similar/", 404, None),
        ("/regions/?region=20", 302, "/regions/20/"),
        ("/regions/?region=20&municipality=202134", 302, "/regions/202134/"),
        ("/regions/?region=13&municipality=202134", 302, "/regions/13/"),
        ("/regions/?region=x%F0%9F%98%80", 200, None),
    ],
)
def test_codes(client, address, status, leads_to):
    response = client.get(address)

    assert response.status_code == status
    assert response.headers.get("Location") == leads_to


def test_all_prefectures_lead_to_their_pages(client):
    html = client.get(reverse("places:list")).content.decode()

    assert html.count('href="/regions/20/"') == 2  # on the map and in its block
    assert "選んだ地域が見つかりませんでした" in client.get("/regions/?region=99").content.decode()


@pytest.mark.parametrize("count", [1, 2])
def test_query_count_does_not_grow(client, count, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(generation, "KNOWN_FOR", 600.0)  # on a busy machine the page takes longer than a second
    for number in range(count):
        one_of_everything(IIYAMA, number)
        one_of_everything(NAGANO, number)

    # The contacts, the numbers of the last writes, and of all kinds: the counts, the cards, those of the nation
    # (once for all pages) and the size of the index; what waits. Of a town the cases of towns alike, of a prefecture
    # its functions and the counts of its municipalities.
    with django_assert_num_queries(8):
        page(client, IIYAMA)
    with django_assert_num_queries(6):
        page(client, NAGANO)
    with django_assert_num_queries(1):
        page(client, IIYAMA)


def test_pages_of_regions_are_linked_from_lists_and_from_what_names_them(client):
    case = CaseStudyFactory(published=True, regions=at(IIYAMA))

    assert 'href="/regions/202134/"' in client.get(case.get_absolute_url()).content.decode()
    for name in ("cases:list", "organizations:list", "policies:list", "events:list", "forum:list"):
        html = client.get(reverse(name), {"region": IIYAMA}).content.decode()
        assert '<a href="/regions/202134/">長野県飯山市のページを見る</a>' in html
    assert "のページを見る" not in client.get(reverse("cases:list"), {"region": "00"}).content.decode()
