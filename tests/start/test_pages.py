"""はじめの一歩: what people from very different towns get."""

import re

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from events.choices import Format
from forum.indexing import index_topic
from organizations.models import OrganizationKind
from places.models import Contact
from platform_site.content.first_steps import CHECKLIST
from start.models import ChecklistStep
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
)

IIYAMA, SAKAE, YOKOHAMA, TSURUMI, FUTABA, SETAGAYA = "202134", "206024", "141003", "141011", "075469", "131121"
MATSUMOTO, OSAKA = "202029", "271004"
# The town most like 栄村, and the 46th.
KAMIKOANI, DOSHI = "053279", "194221"
AMOUNTS = {
    SAKAE: "8,000千円</b>（8,000千円 × 1市町村）",
    YOKOHAMA: "144,000千円</b>（8,000千円 × 18行政区）",
    TSURUMI: "144,000千円</b>（8,000千円 × 18行政区）",
    FUTABA: "8,000千円</b>（8,000千円 × 1市町村）",
    SETAGAYA: "8,000千円</b>（8,000千円 × 1市町村）",
}
PARTS = ("cases", "money", "organizations", "events", "topics", "contact")


@pytest.fixture
def checklist(db):
    ChecklistStep.objects.bulk_create(
        ChecklistStep(**fields, position=position) for position, fields in enumerate(CHECKLIST.values())
    )


def place(*codes):
    return list(Region.objects.filter(code__in=codes))


def themes(*slugs):
    return list(Theme.objects.filter(slug__in=slugs))


def open_start(client, **parameters):
    return client.get(reverse("start:start", query=parameters))


def section(response, part):
    """The element of one part of the page."""
    if not hasattr(response, "tree"):
        response.tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return next(one for one in response.tree.iter("section") if one.get("aria-labelledby") == part)


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def titles(response, part):
    return [text_of(heading) for heading in section(response, part).iter("h3") if heading.get("class") == "card__title"]


def forms(response, part):
    return list(section(response, part).iter("form"))


@pytest.fixture
def content(checklist):
    """A little of everything for the towns below."""
    CaseStudyFactory(published=True, title="飯山の送迎", regions=place(IIYAMA), themes=themes("mobility"))
    CaseStudyFactory(published=True, title="大阪の会食", regions=place(OSAKA), themes=themes("meals"))
    OrganizationFactory(published=True, regions=place("20", "14", "07"), themes=themes("mobility"))
    PolicyFactory(published=True, regions=place("00"), themes=themes("meals"))


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("theme", ["mobility", "meals", "farmland"])
@pytest.mark.parametrize("code", [SAKAE, YOKOHAMA, TSURUMI, FUTABA, SETAGAYA])
def test_every_town_finds_something_or_is_told_what_is_missing(client, code, theme):
    response = open_start(client, theme=theme, region=code)

    html = response.content.decode()
    assert response.status_code == 200
    for part in PARTS:
        cards, ways = titles(response, part), forms(response, part)
        assert cards or ways, part
        assert bool(ways) == ("まだ" in text_of(section(response, part))), part
    assert AMOUNTS[code] in html
    assert ">案</span>" in html
    steps = re.findall(r"<li>\s*<h3>", html[html.index('id="first-week"') :])
    assert 5 <= len(steps) <= 7
    # What is not known is not zero: nobody lived in 双葉町 on the day of the census.
    assert "（0人）" not in html
    assert f'src="/start/qr.svg?theme={theme}&amp;region={code}"' in html


@pytest.mark.django_db
def test_cases_come_from_the_town_then_from_towns_alike_with_the_reason(client):
    CaseStudyFactory(published=True, title="村の2つめ", regions=place(SAKAE), themes=themes("mobility"))
    CaseStudyFactory(published=True, title="村のもの", regions=place(SAKAE), themes=themes("mobility"))
    CaseStudyFactory(published=True, title="秋田の村", regions=place(KAMIKOANI), themes=themes("mobility"))
    CaseStudyFactory(published=True, title="大都市", regions=place(OSAKA), themes=themes("mobility"))
    CaseStudyFactory(published=True, title="別の分野", regions=place(SAKAE), themes=themes("meals"))

    response = open_start(client, theme="mobility", region=SAKAE)

    assert titles(response, "cases") == ["村のもの", "秋田の村", "大都市"]
    texts = text_of(section(response, "cases"))
    assert "栄村の事例" in texts
    assert "似た町・秋田県上小阿仁村：人口が近い（2,100人）、高齢化率が近い（53.7%）" in texts
    assert "同じ分野の新しい事例" in texts
    assert not forms(response, "cases")


@pytest.mark.django_db
def test_a_case_of_a_town_further_down_the_list_is_explained_too(client):
    """They are sought where the first twenty towns have too few."""
    CaseStudyFactory(published=True, title="道志の例", regions=place(DOSHI), themes=themes("meals"))

    response = open_start(client, theme="meals", region=SAKAE)

    assert "似た町・山梨県道志村：人口が近い（1,600人）" in text_of(section(response, "cases"))


@pytest.mark.django_db
@pytest.mark.parametrize("code", [SAKAE, ""])
def test_where_nothing_of_the_theme_is_there_other_themes_follow_and_are_named_so(client, code):
    CaseStudyFactory(published=True, title="会食", regions=place(OSAKA), themes=themes("meals"))
    CaseStudyFactory(published=True, title="長野の農地", regions=place(MATSUMOTO), themes=themes("farmland"))
    OrganizationFactory(published=True, name="全国の団体", regions=place("00"), themes=themes("meals"))

    response = open_start(client, theme="mobility", region=code)

    assert titles(response, "cases") == ["長野の農地", "会食"]
    assert titles(response, "organizations") == ["全国の団体"]
    texts = text_of(section(response, "cases"))
    assert "の事例は、まだ載っていません。ほかの分野の事例をご覧ください。" in texts
    assert "ほかの分野の新しい事例" in texts
    assert ("長野県の事例（ほかの分野）" in texts) == bool(code)
    assert "全国で活動（ほかの分野）" in text_of(section(response, "organizations"))


@pytest.mark.django_db
def test_money_is_of_the_town_the_prefecture_and_the_nation_without_outdated_editions(client):
    mobility = {"published": True, "themes": themes("mobility")}
    old = PolicyFactory(title="古い年度", regions=place("20"), fiscal_year=2024, **mobility)
    PolicyFactory(title="新しい年度", regions=place("20"), predecessor=old, **mobility)
    PolicyFactory(title="市の補助", regions=place(IIYAMA), **mobility)
    PolicyFactory(title="国の事業", regions=place("00"), **mobility)
    PolicyFactory(title="手引き", regions=place(IIYAMA), **(mobility | {"kind": "handbook"}))
    PolicyFactory(title="よその県", regions=place("14"), **mobility)

    response = open_start(client, theme="mobility", region=IIYAMA)

    assert titles(response, "money") == ["市の補助", "新しい年度", "国の事業"]
    assert "/policies/standard-amount/?region=202134" in response.content.decode()


@pytest.mark.django_db
def test_the_calculator_is_one_click_away_and_knows_the_wards(client):
    response = open_start(client, region=TSURUMI)
    (link,) = [one.get("href") for one in section(response, "money").iter("a") if "試算" in text_of(one)]

    calculator = client.get(link)

    assert calculator.context["target"].region.code == YOKOHAMA
    assert calculator.context["form"]["units"].value() == 18


@pytest.mark.django_db
def test_organizations_say_what_they_offer_and_events_are_near_or_online(client):
    OrganizationFactory(
        published=True, name="飯山の会", offers="- 運転者の**講習**\n- 車の貸し出し", regions=place(IIYAMA),
        themes=themes("mobility"), kind=OrganizationKind.NPO,
    )  # fmt: skip
    EventFactory(published=True, title="松本の会", regions=place(MATSUMOTO), themes=themes("mobility"))
    EventFactory(published=True, title="オンラインの会", format=Format.ONLINE, themes=themes("mobility"))
    EventFactory(published=True, title="大阪の会", regions=place(OSAKA), themes=themes("mobility"))
    EventFactory(published=True, title="中止の会", regions=place(IIYAMA), themes=themes("mobility"), state="cancelled")

    response = open_start(client, theme="mobility", region=IIYAMA)

    assert "できること：運転者の講習、車の貸し出し" in text_of(section(response, "organizations"))
    assert titles(response, "events") == ["松本の会", "オンラインの会"]


@pytest.mark.django_db
def test_topics_are_open_and_solved_and_never_of_closed_boards(client):
    closed = BoardFactory(visibility="coordinators")
    waiting, solved = TopicFactory(title="こたえ待ち"), TopicFactory(title="解決したもの", solved_at=timezone.now())
    for topic in (waiting, solved, TopicFactory(title="内輪の話", board=closed)):
        topic.themes.set(themes("meals"))
        index_topic(topic)

    response = open_start(client, theme="meals")

    assert titles(response, "topics") == ["こたえ待ち", "解決したもの"]
    assert "内輪の話" not in response.content.decode()


@pytest.mark.usefixtures("checklist")
def test_whom_to_call_is_told_from_the_town_to_the_prefecture(client):
    assert "飯山市の相談先は、まだ載っていません" in text_of(section(open_start(client, region=IIYAMA), "contact"))
    today = timezone.localdate()
    Contact.objects.create(region_id="20", office="県の生活支援係", phone="026-000-0000", confirmed_on=today)
    Contact.objects.create(region_id=IIYAMA, office="市の福祉課", phone="0269-00-0000", confirmed_on=today)

    response = open_start(client, region=IIYAMA)

    assert re.search("市の福祉課.*0269-00-0000.*県の生活支援係.*026-000-0000", text_of(section(response, "contact")))
    assert "使えるお金の目安を見て、「市の福祉課」に聞く" in text_of(section(response, "first-week"))
    assert not forms(response, "contact")


@pytest.mark.django_db
def test_asking_the_board_begins_with_what_the_page_knows(client):
    response = open_start(client, theme="mobility", region=FUTABA)
    (link,) = [one.get("href") for one in section(response, "cases").iter("a") if "たずねる" in text_of(one)]

    assert link.startswith("/forum/new/?purpose=cases&title=")
    assert link.endswith("&theme=mobility&region=075469")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("theme=transport&region=202134", "分野「transport」は見つかりませんでした"),
        ("theme=meals&region=999999", "地域コード「999999」は見つかりませんでした"),
        ("theme=meals&theme=health", "分野は1つだけ選べます。「食事」で表示しています"),
    ],
)
def test_what_is_not_understood_is_named(client, address, sentence):
    assert sentence in client.get(f"/start/?{address}").content.decode()


@pytest.mark.django_db
def test_without_a_choice_the_page_asks_for_one_and_the_second_list_is_put_into_the_address(client):
    response = client.get("/start/?theme=&region=")
    assert "分野から始める" in response.content.decode()
    assert 'id="cases"' not in response.content.decode()

    redirected = client.get("/start/?theme=meals&region=20&municipality=202134")
    assert redirected["Location"] == "/start/?theme=meals&region=202134"


@pytest.mark.django_db
def test_the_qr_code_is_a_drawing_without_styles(client):
    response = client.get("/start/qr.svg?theme=meals&region=202134&told=cases")

    assert response["Content-Type"] == "image/svg+xml"
    svg = response.content.decode()
    assert "<path" in svg
    assert "style" not in svg
    assert svg == client.get("/start/qr.svg?region=202134&theme=meals").content.decode()


@pytest.mark.usefixtures("checklist")
@pytest.mark.parametrize(("count", "queries"), [(1, 15), (4, 14)])
def test_the_number_of_queries_does_not_grow(client, count, queries, monkeypatch, django_assert_num_queries):
    # However slow the machine is.
    monkeypatch.setattr("search.generation.KNOWN_FOR", 60)
    for _ in range(count):
        CaseStudyFactory(published=True, regions=place(IIYAMA), themes=themes("mobility"))
        OrganizationFactory(published=True, regions=place(IIYAMA), themes=themes("mobility"))
        PolicyFactory(published=True, regions=place(IIYAMA), themes=themes("mobility"))
        EventFactory(published=True, regions=place(IIYAMA), themes=themes("mobility"))
    client.get("/start/")

    # Five numbers of generations, one search each, editions, offers, contacts, checklist; where there are few cases
    # those of towns further down the list.
    with django_assert_num_queries(queries):
        open_start(client, theme="mobility", region=IIYAMA)
    with django_assert_num_queries(1):  # contacts
        open_start(client, theme="mobility", region=IIYAMA)


@pytest.mark.django_db
def test_what_is_published_is_on_the_page_at_once(client):
    open_start(client, theme="meals", region=IIYAMA)

    CaseStudyFactory(published=True, title="新しい会食", regions=place(IIYAMA), themes=themes("meals"))

    assert titles(open_start(client, theme="meals", region=IIYAMA), "cases") == ["新しい会食"]


@pytest.mark.django_db
def test_the_way_there(client):
    assert 'href="/start/"' in client.get("/").content.decode().split("<main")[1]
    assert 'href="/start/"' in client.get("/guide/").content.decode().split("<main")[1]
