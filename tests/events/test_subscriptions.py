"""Lists of events as calendars to subscribe to."""

from datetime import date, datetime, time, timedelta

import icalendar
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events import subscriptions
from events.choices import Application, EventState, Format
from events.models import Event
from publishing.actions import change_status, save_changes
from search import generation
from taxonomy.models import Region, Theme
from tests.factories import EventFactory, OrganizationFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 12, 31, 12))
IIYAMA, MATSUMOTO, NAGANO, OKINAWA, NATION = "202134", "202029", "20", "47", "00"
FEED = "/events/events.ics"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def event(title, day=date(2027, 1, 10), regions=(), themes=(), **fields):
    return EventFactory(
        published=True,
        title=title,
        start_date=day,
        end_date=fields.pop("end_date", day),
        regions=Region.objects.filter(code__in=regions),
        themes=Theme.objects.filter(slug__in=themes),
        **fields,
    )


def calendar(client, **parameters):
    response = client.get(FEED, parameters)
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content)


def entries(client, **parameters):
    """The entries of the calendar by title."""
    return {str(entry["SUMMARY"]): entry for entry in calendar(client, **parameters).walk("VEVENT")}


def titles(client, **parameters):
    return list(entries(client, **parameters))


def test_it_holds_what_comes_and_the_last_ninety_days(client, clock):
    today = date(2026, 12, 31)
    event("来年の会", date(2027, 12, 1))
    event("きょうの会", today)
    event("90日前の会", today - timedelta(days=90))
    event("91日前の会", today - timedelta(days=91))
    event("長い会", today - timedelta(days=200), end_date=today - timedelta(days=80))
    event(
        "日にち未定の会",
        date(2027, 2, 1),
        end_date=date(2027, 2, 28),
        only_month_known=True,
        start_time=None,
        end_time=None,
    )
    EventFactory(title="下書きの会")

    assert titles(client) == ["長い会", "90日前の会", "きょうの会", "来年の会"]


def test_it_drops_what_is_old_at_midnight(client, clock):
    event("90日前の会", date(2026, 12, 31) - timedelta(days=90))
    first = client.get(FEED)

    clock.move_to(NOON + timedelta(hours=13))

    assert client.get(FEED, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get(FEED, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200
    assert titles(client) == []


def test_it_takes_the_parameters_of_the_list(client, clock):
    event("会場の会", themes=["mobility"], kind="seminar")
    event("画面の会", themes=["shopping"], format=Format.ONLINE, fee=0)
    event("言葉の会", summary="見守りについて話します。")

    assert titles(client, theme="mobility") == ["会場の会"]
    assert titles(client, theme=["mobility", "shopping"]) == ["会場の会", "画面の会"]
    assert titles(client, format="online") == ["画面の会"]
    assert titles(client, fee="free") == ["画面の会"]
    assert titles(client, kind="seminar") == ["会場の会"]
    assert titles(client, q="見守り") == ["言葉の会"]
    assert titles(client, q='"見守りについて"') == ["言葉の会"]
    assert titles(client, theme="mobility", format="online") == []
    # What only orders or pages a list means nothing here.
    assert len(titles(client, sort="new", page="2", utm_source="x")) == 3


def test_a_region_includes_what_the_list_shows_around_it(client, clock):
    event("飯山の会", date(2027, 1, 1), [IIYAMA])
    event("松本の会", date(2027, 1, 2), [MATSUMOTO])
    event("長野県の会", date(2027, 1, 3), [NAGANO])
    event("全国の会", date(2027, 1, 4), [NATION])
    event("沖縄の会", date(2027, 1, 5), [OKINAWA])
    event("沖縄の画面の会", date(2027, 1, 6), [OKINAWA], format=Format.HYBRID)
    event("画面の会", date(2027, 1, 7), format=Format.ONLINE, themes=["mobility"])

    everywhere = ["全国の会", "沖縄の画面の会", "画面の会"]
    assert titles(client, region=IIYAMA) == ["飯山の会", "長野県の会", *everywhere]
    assert titles(client, region=NAGANO) == ["飯山の会", "松本の会", "長野県の会", *everywhere]
    assert titles(client, region=NAGANO, theme="mobility") == ["画面の会"]
    assert titles(client, region=NAGANO, format="venue") == ["飯山の会", "松本の会", "長野県の会", "全国の会"]


def test_an_event_stays_when_its_application_closes(client, clock):
    """Whoever has applied would lose it from the calendar."""
    event("締め切った会", application=Application.NEEDED, application_closes_on=date(2026, 12, 1))

    assert titles(client, open="now") == ["締め切った会"]
    page = client.get("/events/", {"open": "now"}).content.decode()
    assert f'value="{settings.SITE_URL}{FEED}"' in page
    assert "申込の条件は外して取り込みます" in page


@pytest.mark.parametrize(
    "parameters",
    [{"region": "99"}, {"theme": "nothing"}, {"q": "！？"}, {"format": "x"}, {"region": "あ" * 10_000}, {"open": "x"}],
    ids=["region", "theme", "words", "format", "long", "open"],
)
def test_a_condition_that_nobody_understands_is_no_calendar_of_everything(client, clock, parameters):
    event("会")

    assert client.get(FEED, parameters).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?q=" + "%E3%81%82" * 5_000,
        "?q=%00%F0%9F%91%B5",
        "?q=%FF%FE&theme=%00",
        "?theme=mobility&theme=nothing",
        "?page=999999999999&sort=x",
        "?q=%27%20OR%201%3D1%20--",
        "?q=(%26%7C!%3A*",
        "?region=20&region=13",
        "?" + "&".join(f"theme={n}" for n in range(500)),
    ],
)
def test_odd_parameters_are_no_error(client, query):
    assert client.get(FEED + query).status_code in (200, 404)


def test_it_is_called_by_its_conditions(client, clock):
    found = calendar(client, region=NAGANO, theme="mobility", format="online", q="買い物")

    name = f"長野県・{Theme.objects.get(slug='mobility').name}・「買い物」・オンラインのイベント"
    assert found["X-WR-CALNAME"] == found["NAME"] == name
    assert calendar(client)["X-WR-CALNAME"] == f"{settings.SITE_NAME}のイベント"
    assert len(calendar(client, q="あいう " * 60)["X-WR-CALNAME"]) < 100


def test_it_says_how_often_to_ask_again(client, clock):
    body = client.get(FEED).content.decode()

    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in body
    assert "X-PUBLISHED-TTL:PT6H\r\n" in body
    assert "METHOD:PUBLISH\r\n" in body
    assert "X-WR-TIMEZONE:Asia/Tokyo\r\n" in body
    assert body.count("BEGIN:VTIMEZONE") == 1


def test_subscribed_events_leave_their_readers_free(client, clock):
    event("会")

    assert entries(client)["会"]["TRANSP"] == "TRANSPARENT"


def test_a_calendar_without_events_is_one(client, clock):
    response = client.get(FEED)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="events.ics"'
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not response.cookies
    assert icalendar.Calendar.from_ical(response.content).walk("VEVENT") == []


def edit(item, by, **fields):
    def write(row):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()

    return save_changes(item, write, by=by)


def test_cancelled_and_postponed_events_stay(client, clock):
    event("やめた会", state=EventState.CANCELLED)
    event("のばした会", date(2027, 1, 11), state=EventState.POSTPONED)

    found = entries(client)

    assert {title: str(entry["STATUS"]) for title, entry in found.items()} == {
        "【中止】やめた会": "CANCELLED",
        "【延期】のばした会": "TENTATIVE",
    }


def test_a_calendar_that_has_it_already_is_told_so(client, clock):
    item = event("会")
    person = member_of(item.organization)
    clock.shift(60)
    first = client.get(FEED)

    same = client.get(FEED, headers={"if-none-match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert client.get(FEED, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    assert client.get(FEED + "?theme=mobility", headers={"if-none-match": first["ETag"]}).status_code == 200

    clock.shift(60)
    edit(item, person, state=EventState.CANCELLED)
    assert client.get(FEED, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get(FEED, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200


def test_what_it_has_already_costs_two_small_questions(client, clock, django_assert_num_queries):
    event("会")
    first = client.get(FEED)
    generation.forget()
    cache.clear()

    with django_assert_num_queries(2):  # whether anything has changed, and when
        client.get(FEED, headers={"if-none-match": first["ETag"]})


def test_it_may_be_compressed(client, clock):
    for number in range(5):
        event(f"会{number}")
    first = client.get(FEED, headers={"accept-encoding": "gzip"})

    assert first["Content-Encoding"] == "gzip"
    again = client.get(FEED, headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_head_answers_without_a_body_and_other_methods_are_refused(client, clock):
    response = client.head(FEED)

    assert (response.status_code, response.content) == (200, b"")
    assert client.post(FEED).status_code == 405


def queries(client, address):
    cache.clear()
    generation.forget()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address)
    return len(captured)


def test_the_number_of_queries_does_not_grow(client, clock):
    def add(number):
        fields = {"regions": [NAGANO], "themes": ["mobility"], "contact_email": "a@example.jp"}
        for each in range(number):
            person = member_of(OrganizationFactory(published=True))
            event(f"会{each}", organization=person.memberships.get().organization, **fields)
            closed = event(f"終えた会{each}", organization=person.memberships.get().organization, **fields)
            change_status(closed, "close", by=person)

    address = f"{FEED}?q=会&region={NAGANO}&theme=mobility"
    add(1)
    few = queries(client, address)

    add(5)

    assert queries(client, address) == few <= 16


def test_it_holds_a_limited_number_the_coming_ones_first(client, clock, monkeypatch):
    monkeypatch.setattr(subscriptions, "MOST_EVENTS", 3)
    today = date(2026, 12, 31)
    for days in (-3, -2, -1, 1, 2):
        event(f"{days}日の会", today + timedelta(days=days))

    assert titles(client) == ["-1日の会", "1日の会", "2日の会"]

    event("3日の会", today + timedelta(days=3))
    event("4日の会", today + timedelta(days=4))
    assert titles(client) == ["1日の会", "2日の会", "3日の会"]
    assert "近いものから1,000件" in client.get("/events/").content.decode()


@pytest.fixture
def public(clock):
    """A public event in Nagano about mobility, and somebody of its organization."""
    item = event(
        "公開した会", regions=[NAGANO], themes=["mobility"], summary="送迎を考えます。", contact_email="a@example.jp"
    )
    clock.shift(60)
    return item, member_of(item.organization)


def test_what_is_public_no_longer_is_off_and_says_nothing_else(client, public):
    item, person = public
    before = entries(client)["公開した会"]

    change_status(item, "close", by=person)

    (found,) = entries(client, region=NAGANO, theme="mobility", q="送迎").values()
    assert found["STATUS"] == "CANCELLED"
    assert found["SUMMARY"] == "【掲載終了】公開した会"
    assert found["UID"] == before["UID"]
    assert found["DTSTART"] == before["DTSTART"]
    assert found["SEQUENCE"] > before["SEQUENCE"]
    assert set(found) <= {
        *("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "STATUS", "SUMMARY", "DTSTART", "DTEND", "TRANSP"),
    }


def test_what_was_withdrawn_is_told_to_its_subscribers_only(client, public):
    item, person = public

    change_status(item, "close", by=person)

    assert titles(client) == ["【掲載終了】公開した会"]
    assert titles(client, region=IIYAMA) == ["【掲載終了】公開した会"]
    assert titles(client, region=OKINAWA) == []
    assert titles(client, theme="shopping") == []
    assert titles(client, format="online") == []
    assert titles(client, q="見守り") == []
    assert titles(client, q='"送迎を考えます"') == []


def test_what_was_written_after_the_end_is_never_seen(client, public, clock):
    item, person = public
    closed = change_status(item, "close", by=person)
    clock.shift(1)

    edit(closed, person, title="まだ秘密の会", start_date=date(2027, 3, 1), end_date=date(2027, 3, 1))

    assert titles(client) == []
    assert "秘密" not in client.get(FEED).content.decode()


def test_drafts_are_never_seen(client, clock):
    person = member_of(EventFactory(title="下書きの会").organization)
    draft = Event.objects.get()
    assert titles(client) == []

    discarded = change_status(draft, "discard", by=person)

    assert discarded.status == "discarded"
    assert titles(client) == []


def test_the_end_of_a_publication_is_told_for_ninety_days_and_while_it_is_to_come(client, public, clock):
    item, person = public
    late = event("遠い会", date(2027, 12, 1), organization=item.organization)
    change_status(item, "close", by=person)
    change_status(late, "close", by=person)
    assert titles(client) == ["【掲載終了】公開した会", "【掲載終了】遠い会"]

    clock.move_to(timezone.make_aware(datetime(2027, 1, 11, 0, 5)))
    assert titles(client) == ["【掲載終了】遠い会"]

    clock.shift(timedelta(days=90))
    assert titles(client) == []


def test_what_is_public_again_takes_place(client, public, clock):
    item, person = public
    change_status(item, "close", by=person)
    (withdrawn,) = entries(client).values()

    clock.shift(60)
    change_status(item, "publish", by=secretariat())

    (found,) = entries(client).values()
    assert found["STATUS"] == "CONFIRMED"
    assert found["UID"] == withdrawn["UID"]
    assert found["SEQUENCE"] > withdrawn["SEQUENCE"]


def test_lists_offer_the_subscription_to_their_conditions(client, clock):
    event("会", regions=[NAGANO], themes=["mobility"])
    parameters = {"region": NAGANO, "theme": "mobility", "sort": "new", "page": "1"}
    address = f"{settings.SITE_URL}{FEED}?region=20&amp;theme=mobility"

    for name in ("list", "calendar"):
        page = client.get(reverse(f"events:{name}"), parameters).content.decode()
        assert f'value="{address}"' in page
        assert f'href="webcal://{address.partition("://")[2]}"' in page

    assert "どこからでも参加できる予定も入ります" in client.get("/events/", {"region": NAGANO}).content.decode()
    assert "どこからでも参加できる予定も入ります" not in client.get("/events/", {"region": NATION}).content.decode()
    for name in ("past", "archive"):
        assert "webcal:" not in client.get(reverse(f"events:{name}"), parameters).content.decode()


def links(client, item):
    page = client.get(item.get_absolute_url()).content.decode()
    return [
        part.split('"')[0].replace("&amp;", "&")
        for part in page.split('href="')[1:]
        if "calendar" in part.split('"')[0]
    ]


def test_the_page_offers_other_calendars(client, clock):
    timed = event("会 & 会", date(2026, 12, 31), start_time=time(22), end_date=date(2027, 1, 1), end_time=time(1))
    all_day = event("終日の会", date(2026, 12, 31), start_time=None, end_time=None)

    google, outlook = links(client, timed)
    assert "text=%E4%BC%9A+%26+%E4%BC%9A" in google
    assert "dates=20261231T220000%2F20270101T010000&ctz=Asia%2FTokyo" in google
    assert "startdt=2026-12-31T22%3A00%3A00%2B09%3A00&enddt=2027-01-01T01%3A00%3A00%2B09%3A00" in outlook

    google, outlook = links(client, all_day)
    assert "dates=20261231%2F20270101&" in google
    assert "startdt=2026-12-31&enddt=2027-01-01&allday=true" in outlook


def test_nothing_is_offered_for_what_does_not_come(client, clock):
    offered = f'href="{reverse("events:ics", args=[event("会").pk])}"'
    assert offered in client.get(f"/events/{Event.objects.get().pk}/").content.decode()

    for item in (
        event("やめた会", state=EventState.CANCELLED),
        event("のばした会", state=EventState.POSTPONED),
        event("けさ終わった会", date(2026, 12, 31), start_time=time(9), end_time=time(11)),
    ):
        assert "カレンダーに加える" not in client.get(item.get_absolute_url()).content.decode()


def test_the_page_takes_no_more_queries_for_the_links(client, clock):
    coming, cancelled = event("会"), event("やめた会", state=EventState.CANCELLED)
    client.get(coming.get_absolute_url())

    assert queries(client, coming.get_absolute_url()) == queries(client, cancelled.get_absolute_url())
