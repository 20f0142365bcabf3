"""The lists of events, the month, and the page of one event."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.actions import renew_due
from events.models import Event
from publishing.qr_code import svg_of
from search.matching import page_of_hits
from search.request import Period, Request, Sort
from taxonomy.models import Region, Theme
from tests.factories import CaseStudyFactory, EventFactory, OrganizationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 12, 31, 12))
IIYAMA, MATSUMOTO, NAGANO, OKINAWA, NATION = "202134", "202029", "20", "47", "00"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def event(title, day=date(2027, 1, 10), regions=(), **fields):
    end = fields.pop("end_date", day)
    places = Region.objects.filter(code__in=regions)
    return EventFactory(published=True, title=title, start_date=day, end_date=end, regions=places, **fields)


def titles(html):
    """The titles of the cards in the order of the page."""
    return [part.split("</a>")[0].rpartition(">")[2] for part in html.split('class="card__title"')[1:]]


def page(client, name="list", args=(), **parameters):
    response = client.get(reverse(f"events:{name}", args=args), parameters)
    assert response.status_code == 200
    return response.content.decode()


def test_coming_events_stand_in_the_order_of_their_days(client, clock):
    event("来月の会", date(2027, 2, 1))
    event("きょうの夕方の会", date(2026, 12, 31), start_time=time(18), end_time=time(20))
    event("年をまたぐ会", date(2026, 12, 30), end_date=date(2027, 1, 2))
    event("きのうの会", date(2026, 12, 30))
    event("元日の会", date(2027, 1, 1))

    assert titles(page(client)) == ["年をまたぐ会", "きょうの夕方の会", "元日の会", "来月の会"]
    assert titles(page(client, "past")) == ["きのうの会"]


def test_what_was_to_come_is_past_after_midnight(client, clock):
    event("大みそかの会", date(2026, 12, 31))
    assert titles(page(client)) == ["大みそかの会"]

    clock.shift(timedelta(hours=12))

    assert titles(page(client)) == []
    assert titles(page(client, "past")) == ["大みそかの会"]


def test_past_events_stand_latest_first_and_the_archive_has_those_with_a_recording(client, clock):
    event("10月の会", date(2026, 10, 1))
    recorded = event("11月の会", date(2026, 11, 1))
    recorded.videos.create(title="当日の様子", url="https://www.example.jp/v/")
    recorded.after_change()

    assert titles(page(client, "past")) == ["11月の会", "10月の会"]
    assert titles(page(client, "archive")) == ["11月の会"]
    recorded.videos.update(is_removed=True)
    recorded.after_change()
    assert titles(page(client, "archive")) == []


def test_the_card_tells_place_day_time_and_field_first(client, clock):
    event("勉強会", regions=[IIYAMA], venue="飯山市公民館", themes=Theme.objects.filter(slug="meals"), fee=0)

    card = page(client).partition("<article")[2].partition("</article>")[0]

    texts = ("令和9年1月10日（日）13:30〜16:00", "勉強会", "長野県飯山市", "飯山市公民館", "食事", "無料")
    places = [card.index(text) for text in texts]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"state": "cancelled"}, "中止"),
        ({"state": "postponed"}, "延期"),
        ({}, "申込不要"),
        ({"application": "needed"}, "申込受付中"),
        ({"application": "needed", "application_closes_on": date(2027, 1, 3)}, "申込締切間近"),
        ({"application": "needed", "application_closes_on": date(2026, 12, 30)}, "申込受付終了"),
        ({"application": "needed", "application_opens_on": date(2027, 1, 1)}, "申込受付前"),
        ({"application": "needed", "is_full": True}, "満員・受付終了"),
        ({"day": date(2026, 12, 31)}, "きょう開催"),
        ({"day": date(2026, 12, 30), "end_date": date(2027, 1, 3)}, "開催中"),
    ],
)
def test_states_are_told_on_the_card_and_on_the_page(client, clock, fields, label):
    found = event("勉強会", **fields)

    card = page(client).partition("card__foot")[2]

    assert f">{label}</span>" in card
    assert f">{label}</span>" in client.get(found.get_absolute_url()).content.decode()


def test_a_deadline_today_still_lets_people_apply_until_its_time(client, clock):
    closing = {"application": "needed", "application_closes_on": date(2026, 12, 31)}
    by_day = event("日で締め切る会", **closing)
    by_time = event("時刻で締め切る会", application_closes_at=time(11), **closing)

    assert "申込締切間近" in client.get(by_day.get_absolute_url()).content.decode()
    assert "申込受付終了" in client.get(by_time.get_absolute_url()).content.decode()


def test_filters_find_what_one_can_come_to(client, clock):
    event("無料で手話のある会", fee=0, accessibility=["sign_language"], audience=["anyone"], format="hybrid")
    event("有料の会", fee=500, audience=["company"])
    event("締め切った会", application="needed", application_closes_on=date(2026, 12, 30))

    assert titles(page(client, fee="free")) == ["無料で手話のある会"]
    assert titles(page(client, access="sign_language")) == ["無料で手話のある会"]
    assert titles(page(client, **{"for": "company"})) == ["有料の会"]
    assert titles(page(client, format="hybrid")) == ["無料で手話のある会"]
    assert sorted(titles(page(client, open="now"))) == ["有料の会", "無料で手話のある会"]


def test_a_region_shows_its_own_then_the_neighbours_then_what_is_open_to_all(client, clock):
    event("飯山の会", regions=[IIYAMA])
    event("松本の会", regions=[MATSUMOTO])
    event("長野県の会", regions=[NAGANO])
    event("全国の会", regions=[NATION])
    event("沖縄のオンラインの会", regions=[OKINAWA], format="hybrid")
    event("場所を問わない会", format="online", venue="")
    event("沖縄の会", regions=[OKINAWA])

    html = page(client, region=IIYAMA)

    own, near, prefecture, *nationwide, online = titles(html)
    assert (own, near, prefecture, online) == ("飯山の会", "松本の会", "長野県の会", "沖縄のオンラインの会")
    # What is online without a region counts as nationwide.
    assert sorted(nationwide) == ["全国の会", "場所を問わない会"]
    for heading in ("長野県飯山市のイベント", "長野県のほかの市区町村のイベント", "どこからでも参加できるイベント"):
        assert heading in html


def test_past_events_are_not_offered_around_a_region(client, clock):
    event("松本の終わった会", date(2026, 12, 1), regions=[MATSUMOTO])
    event("全国の終わった会", date(2026, 12, 1), regions=[NATION])

    assert titles(page(client, region=IIYAMA)) == []


def test_words_find_what_was_said_in_a_recording(client, clock):
    recorded = event("秋の会", date(2026, 11, 1))
    recorded.videos.create(title="記録", url="https://www.example.jp/v/", transcript="ごみ出しの当番表をつくりました")
    recorded.after_change()

    assert page(client, "archive", q="当番表").count('class="card__title"') == 1
    assert page(client, "list", q="当番表").count('class="card__title"') == 0


@pytest.mark.parametrize(
    "parameters",
    [
        {"format": "x", "fee": "あ", "open": "🏠", "sort": "nothing", "page": "999999"},
        {"region": "9" * 500, "theme": "x" * 10_000, "q": "ん" * 10_000},
    ],
)
@pytest.mark.parametrize("name", ["list", "past", "archive", "calendar"])
def test_parameters_that_mean_nothing_are_left_out(client, clock, name, parameters):
    event("勉強会")

    page(client, name, **parameters)


@pytest.mark.parametrize(
    "address", ["1999/12/", "2101/1/", "2026/13/", "2026/0/", "2026/2/30/", "0/0/0/", f"{'9' * 30}/1/"]
)
def test_days_that_do_not_exist_are_not_found(client, address):
    assert client.get(f"/events/calendar/{address}").status_code == 404


def test_the_month_is_a_table_that_tells_day_time_and_state(client, clock):
    event("朝の会", date(2027, 1, 10), start_time=time(9), end_time=time(10))
    event("三日の会", date(2027, 1, 30), end_date=date(2027, 2, 1))
    event("中止の会", date(2027, 1, 10), state="cancelled")

    html = page(client, "month", [2027, 1])
    table = html.partition('<table class="month">')[2].partition("</table>")[0]

    assert table.count("<th ") == 7
    assert "令和9年1月のイベント" in table
    assert table.count("三日の会") == 2
    assert "9:00" in table
    assert "【中止】" in table
    assert "元日" in table
    assert table.count("<tr>") == 1 + 6
    assert "三日の会" in page(client, "month", [2027, 2])


def test_a_full_day_leads_to_its_list(client, clock):
    for number in range(6):
        event(f"会{number}")

    html = page(client, "month", [2027, 1])

    assert "ほか2件" in html
    assert len(titles(page(client, "day", [2027, 1, 10]))) == 6
    assert titles(page(client, "day", [2027, 1, 11])) == []


def test_an_event_without_a_day_stands_beside_the_table(client, clock):
    event(
        "2月のどこかの会",
        date(2027, 2, 1),
        end_date=date(2027, 2, 28),
        only_month_known=True,
        start_time=None,
        end_time=None,
    )

    html = page(client, "month", [2027, 2])

    assert "2月のどこかの会" in html
    assert "2月のどこかの会" not in html.partition("<table")[2]
    assert "令和9年2月（日にちは未定）" in page(client)


def test_months_keep_the_conditions(client, clock):
    html = page(client, "month", [2026, 12], theme="meals")

    assert 'href="/events/calendar/2027/1/?theme=meals"' in html
    assert 'href="/events/calendar/2026/11/?theme=meals"' in html


def test_the_page_tells_everything_and_what_is_unknown(client, clock):
    organizer = OrganizationFactory(published=True, name="飯山市社会福祉協議会")
    found = event(
        "勉強会",
        organization=organizer,
        address="長野県飯山市大字飯山1110-1",
        fee=500,
        capacity=40,
        accessibility=["childcare"],
        access="飯山駅から歩いて**10分**です。",
        contact_name="地域福祉係",
        contact_phone="0269-00-0000",
    )
    found.co_organizers.add(OrganizationFactory(published=True, name="飯山市"))
    found.after_change()

    html = client.get(found.get_absolute_url()).content.decode()

    for text in (
        *("飯山市社会福祉協議会", "令和9年1月10日（日）13:30〜16:00", "大字飯山1110-1", "500円", "40人", "託児"),
        *("<strong>10分</strong>", "0269-00-0000", ">飯山市</a>", "未確認"),
    ):
        assert text in html


def test_the_state_of_the_day_stands_between_the_heading_and_the_facts(client, clock):
    meeting = event("運転者の集まり", date(2026, 12, 31), start_time=time(9), end_time=time(18))

    html = page(client, "detail", [meeting.pk])

    places = [html.index(text) for text in ("<h1>運転者の集まり", "きょう開催", "カレンダーに加える", "<dt>日時</dt>")]
    assert places == sorted(places)


def test_the_code_for_paper_leads_to_the_page_of_what_is_to_come(client, clock):
    coming, over = event("来月の会"), event("先月の会", date(2026, 11, 30))
    draft = EventFactory()

    assert f'src="/events/{coming.pk}/qr.svg"' in page(client, "detail", [coming.pk])
    assert "qr.svg" not in page(client, "detail", [over.pk])
    response = client.get(f"/events/{coming.pk}/qr.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content == svg_of(f"{settings.SITE_URL}/events/{coming.pk}/")
    assert client.get(f"/events/{draft.pk}/qr.svg").status_code == 404


def test_what_is_over_asks_nobody_to_apply(client, clock):
    found = event(
        "勉強会", application="needed", application_closes_on=date(2027, 1, 5), application_url="https://example.jp/"
    )
    assert "申込ページを開く" in client.get(found.get_absolute_url()).content.decode()

    clock.move_to(timezone.make_aware(datetime(2027, 1, 11, 0, 10)))
    renew_due()

    html = client.get(found.get_absolute_url()).content.decode()
    assert "申込ページを開く" not in html
    assert "このイベントは終わりました" in html


def test_cards_are_renewed_on_the_days_that_change_them(client, clock):
    event("勉強会", application="needed", application_closes_on=date(2027, 1, 8))
    assert ">申込受付中<" in page(client)

    clock.move_to(timezone.make_aware(datetime(2027, 1, 1, 0, 10)))
    assert renew_due() == 1
    assert renew_due() == 0

    assert ">申込締切間近<" in page(client)
    assert Event.objects.get().changes_on == date(2027, 1, 9)


def test_cases_and_series_stand_around_the_page(client, clock):
    organizer = OrganizationFactory(published=True)
    series = organizer.event_series.create(title="毎月の茶話会")
    first = event("1月の茶話会", organization=organizer, series=series)
    event("2月の茶話会", date(2027, 2, 10), organization=organizer, series=series)
    case = CaseStudyFactory(published=True, title="茶話会から始まった送迎")
    case.events.add(first)
    case.after_change()

    html = client.get(first.get_absolute_url()).content.decode()

    assert "2月の茶話会" in html
    assert "茶話会から始まった送迎" in html
    assert "1月の茶話会" in client.get(case.get_absolute_url()).content.decode()
    assert "1月の茶話会" in client.get(organizer.get_absolute_url()).content.decode()


def test_drafts_are_seen_by_their_people_only(client):
    draft = EventFactory()

    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(member_of(draft.organization))
    assert client.get(draft.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [1, 15])
@pytest.mark.parametrize(
    ("name", "args", "queries"),
    [("list", (), 5), ("past", (), 5), ("month", (2027, 1), 7), ("day", (2027, 1, 10), 5), ("list_region", (), 6)],
)
def test_query_count_of_the_lists_does_not_grow(client, clock, name, args, queries, count):
    for number in range(count):
        event(f"会{number}", regions=[IIYAMA], themes=Theme.objects.all()[:2])
        event(f"前の会{number}", date(2026, 12, 1), regions=[IIYAMA])
    parameters = {"region": IIYAMA} if name == "list_region" else {}
    address = reverse(f"events:{name.partition('_')[0]}", args=args)
    client.get(address, parameters)
    event("もう一つの会")

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, parameters).status_code == 200

    assert len(captured) <= queries


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_of_the_page_does_not_grow(client, clock, count):
    organizer = OrganizationFactory(published=True)
    found = event("勉強会", organization=organizer, themes=Theme.objects.all()[:count])
    found.co_organizers.set(OrganizationFactory.create_batch(count, published=True))
    for number in range(count):
        found.videos.create(title=f"動画{number}", url="https://www.example.jp/v/")
        CaseStudyFactory(published=True).events.add(found)
        event(f"会{number}", themes=Theme.objects.all()[:1])
    found.after_change()
    client.get(found.get_absolute_url())

    with CaptureQueriesContext(connection) as captured:
        assert client.get(found.get_absolute_url()).status_code == 200

    assert len(captured) == 3


def test_a_period_takes_in_what_touches_it(clock):
    lasting = event("長い会", date(2027, 1, 5), end_date=date(2027, 1, 20))
    event("あとの会", date(2027, 1, 21))

    def found(first, last):
        request = Request("event", period=Period(first, last), sort=Sort.DATE)
        return [hit.object_id for hit in page_of_hits(request, 0, 10)]

    assert found(date(2027, 1, 20), date(2027, 1, 20)) == [lasting.pk]
    assert found(date(2027, 1, 1), date(2027, 1, 5)) == [lasting.pk]
    assert found(date(2027, 1, 1), date(2027, 1, 4)) == []
    assert found(None, date(2027, 1, 20)) == [lasting.pk]
    assert found(None, date(2027, 1, 19)) == []
