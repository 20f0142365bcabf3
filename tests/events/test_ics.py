"""Calendar files: what stands in them, and that every calendar can read them (RFC 5545)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from events import ics
from events.choices import EventState
from events.models import Event
from organizations.models import Organization
from publishing.actions import change_status, save_changes
from taxonomy.models import Theme
from tests.factories import EventFactory, OrganizationFactory, UserFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
JAPAN = ZoneInfo("Asia/Tokyo")


def download(client, event, **headers):
    return client.get(reverse("events:ics", args=[event.pk]), headers=headers)


def read(body):
    """The one event of a calendar file."""
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return event


def downloaded(client, event):
    response = download(client, event)
    assert response.status_code == 200
    return read(response.content)


def lines(body):
    return body.decode().replace("\r\n ", "").split("\r\n")


def well_formed(body):
    """Whether the file keeps the rules on lines: CRLF, 75 octets, no letter cut in two."""
    *content, last = body.split(b"\r\n")
    return last == b"" and all(
        0 < len(line) <= 75 and b"\n" not in line and b"\r" not in line and line.decode().isprintable()
        for line in content
    )


def test_an_event_says_what_one_needs_to_come(client):
    event = EventFactory(
        published=True,
        title="移動を考える会",
        summary="買い物の足を考えます。",
        start_date=date(2026, 12, 5),
        address="長野県飯山市1-1",
        latitude=Decimal("36.851500"),
        longitude=Decimal("138.365000"),
        fee=0,
        contact_name="飯山市社会福祉協議会",
        contact_email="info@example.jp",
        organization=OrganizationFactory(published=True, name="飯山市社会福祉協議会"),
        themes=Theme.objects.filter(slug__in=["mobility", "shopping"]),
    )

    found = downloaded(client, event)

    assert str(found["UID"]) == str(event.uid)
    assert found["SUMMARY"] == "移動を考える会"
    assert found["DTSTART"].dt == datetime(2026, 12, 5, 13, 30, tzinfo=JAPAN)
    assert found["DTEND"].dt == datetime(2026, 12, 5, 16, 0, tzinfo=JAPAN)
    assert found["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert found["LOCATION"] == "中央公民館 長野県飯山市1-1"
    assert found["GEO"].ical_value == (36.8515, 138.365)
    assert found["STATUS"] == "CONFIRMED"
    assert found["SEQUENCE"] == 0
    assert found["ORGANIZER"] == "mailto:info@example.jp"
    assert found["ORGANIZER"].params["CN"] == "飯山市社会福祉協議会"
    assert sorted(found.categories) == sorted(theme.name for theme in event.themes.all())
    assert found["URL"].endswith(f"/events/{event.pk}/")
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == event.updated_at.replace(microsecond=0)
    assert found["CREATED"].dt == event.published_at.replace(microsecond=0)
    assert "買い物の足を考えます。" in found["DESCRIPTION"]
    assert "参加費：無料" in found["DESCRIPTION"]
    assert str(found["URL"]) in found["DESCRIPTION"]


def test_the_calendar_tells_its_time_zone(client):
    body = download(client, EventFactory(published=True)).content

    calendar = icalendar.Calendar.from_ical(body)

    (zone,) = calendar.walk("VTIMEZONE")
    (standard,) = zone.walk("STANDARD")
    assert zone["TZID"] == "Asia/Tokyo"
    assert standard["TZOFFSETFROM"].td == standard["TZOFFSETTO"].td == timedelta(hours=9)
    assert not zone.walk("DAYLIGHT")
    assert "DTSTART:19700101T000000" in lines(body)  # local by definition: neither UTC nor with a name
    assert zone.to_tz().utcoffset(datetime(2060, 7, 1)) == timedelta(hours=9)
    assert (calendar["VERSION"], calendar["CALSCALE"], calendar["METHOD"]) == ("2.0", "GREGORIAN", "PUBLISH")
    assert calendar["PRODID"]


@pytest.mark.parametrize(
    ("start", "end", "first", "after"),
    [
        (date(2026, 12, 5), date(2026, 12, 5), "20261205", "20261206"),
        (date(2027, 1, 31), date(2027, 1, 31), "20270131", "20270201"),
        (date(2028, 2, 28), date(2028, 2, 29), "20280228", "20280301"),
        (date(2026, 12, 30), date(2026, 12, 31), "20261230", "20270101"),
    ],
    ids=["one day", "last of a month", "leap day", "turn of the year"],
)
def test_all_day_events_have_days_and_end_before_the_next(client, start, end, first, after):
    event = EventFactory(published=True, start_date=start, end_date=end, start_time=None, end_time=None)

    body = download(client, event).content

    assert f"DTSTART;VALUE=DATE:{first}" in lines(body)
    assert f"DTEND;VALUE=DATE:{after}" in lines(body)


@pytest.mark.parametrize(
    ("start", "end", "starts", "ends"),
    [
        ((date(2026, 12, 31), time(22)), (date(2027, 1, 1), time(1)), "20261231T220000", "20270101T010000"),
        ((date(2027, 2, 28), time(9)), (date(2027, 3, 2), time(17)), "20270228T090000", "20270302T170000"),
        ((date(2026, 11, 30), time(0)), (date(2026, 11, 30), time(23, 59)), "20261130T000000", "20261130T235900"),
    ],
    ids=["past midnight and the year", "several days", "a whole last day with times"],
)
def test_events_with_times_have_moments_in_japan(client, start, end, starts, ends):
    event = EventFactory(published=True, start_date=start[0], start_time=start[1], end_date=end[0], end_time=end[1])

    body = download(client, event).content

    assert f"DTSTART;TZID=Asia/Tokyo:{starts}" in lines(body)
    assert f"DTEND;TZID=Asia/Tokyo:{ends}" in lines(body)


def edit(event, by, **fields):
    def write(row):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()

    return save_changes(event, write, by=by)


@pytest.fixture
def owned():
    """A public event and somebody of its organization."""
    event = EventFactory(published=True, title="移動を考える会")
    return event, member_of(event.organization)


@pytest.mark.parametrize(
    ("state", "status", "mark"),
    [(EventState.CANCELLED, "CANCELLED", "【中止】"), (EventState.POSTPONED, "TENTATIVE", "【延期】")],
)
def test_what_does_not_take_place_says_so_in_status_and_title(client, owned, state, status, mark):
    event, person = owned
    first = downloaded(client, event)

    edit(event, person, state=state, state_note="大雪が見込まれるためです。")

    found = downloaded(client, event)
    assert found["STATUS"] == status
    assert found["SUMMARY"] == f"{mark}移動を考える会"
    assert found["UID"] == first["UID"]
    assert found["SEQUENCE"] == first["SEQUENCE"] + 1
    assert found["LAST-MODIFIED"].dt >= first["LAST-MODIFIED"].dt
    assert "大雪が見込まれるためです。" in found["DESCRIPTION"]


def test_an_event_that_moves_is_the_same_one_in_a_later_version(client, owned):
    event, person = owned
    first = downloaded(client, event)
    day = event.start_date + timedelta(days=7)

    edit(event, person, start_date=day, end_date=day)

    found = downloaded(client, event)
    assert found["UID"] == first["UID"]
    assert found["SEQUENCE"] == 1
    assert found["DTSTART"].dt == first["DTSTART"].dt + timedelta(days=7)
    assert found["STATUS"] == "CONFIRMED"


def test_a_publication_that_ends_and_begins_again_makes_two_versions(owned):
    event, person = owned

    closed = change_status(event, "close", by=person)
    edited = edit(closed, person, title="まだ見せない題")
    again = change_status(edited, "publish", by=secretariat())

    assert (event.sequence, closed.sequence, edited.sequence, again.sequence) == (0, 1, 1, 2)
    assert not again.changes.exists()  # nothing of what people plan by


def test_members_see_the_file_of_a_draft_and_others_do_not(client):
    draft = EventFactory()

    assert download(client, draft).status_code == 404
    client.force_login(UserFactory())
    assert download(client, draft).status_code == 404

    client.force_login(member_of(draft.organization))
    response = download(client, draft)
    assert read(response.content)["STATUS"] == "TENTATIVE"
    assert response["Cache-Control"] == "private, no-store"


def test_what_is_public_no_longer_has_no_file(client, owned):
    event, person = owned
    change_status(event, "close", by=person)

    assert download(client, event).status_code == 404
    client.force_login(person)
    assert downloaded(client, event)["STATUS"] == "CANCELLED"


def test_only_a_month_is_no_promise(client):
    event = EventFactory(
        published=True,
        only_month_known=True,
        start_date=date(2027, 2, 1),
        end_date=date(2027, 2, 28),
        start_time=None,
        end_time=None,
    )

    found = downloaded(client, event)

    assert found["STATUS"] == "TENTATIVE"
    assert found["SUMMARY"].startswith("【日にち未定】")


def test_a_sample_is_called_one(client):
    assert downloaded(client, EventFactory(published=True, is_sample=True))["SUMMARY"].startswith("【見本】")


def test_without_an_address_there_is_no_organizer(client):
    found = downloaded(client, EventFactory(published=True, contact_email="", contact_phone="0269-00-0000"))

    assert "ORGANIZER" not in found
    assert "0269-00-0000" in found["DESCRIPTION"]


def test_marked_up_notes_are_plain_text_in_calendars(client):
    event = EventFactory(published=True, online_note="**Zoom**で開きます。\n\n[入口](https://example.jp/a?b=1,2)から")

    assert "Zoomで開きます。 入口から" in downloaded(client, event)["DESCRIPTION"]


def test_the_answer_is_a_calendar_with_the_name_of_the_event(client):
    event = EventFactory(published=True, title="支え合い/交流会")

    response = download(client, event)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert response["Content-Disposition"].endswith(".ics")
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not response.cookies


def test_a_calendar_that_has_it_already_is_told_so(client, owned):
    event, person = owned
    first = download(client, event)

    same = download(client, event, if_none_match=first["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == first["ETag"]
    assert download(client, event, if_modified_since=first["Last-Modified"]).status_code == 304

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        edit(event, person, state=EventState.CANCELLED)
    assert download(client, event, if_none_match=first["ETag"]).status_code == 200
    assert download(client, event, if_modified_since=first["Last-Modified"]).status_code == 200


def test_head_answers_without_a_body_and_other_methods_are_refused(client):
    address = reverse("events:ics", args=[EventFactory(published=True).pk])

    response = client.head(address)

    assert response.status_code == 200
    assert response.content == b""
    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405


def test_one_file_takes_one_query(client, django_assert_num_queries):
    themes = Theme.objects.all()[:5]
    event = EventFactory(published=True, themes=themes, contact_email="a@example.jp")
    download(client, event)

    with django_assert_num_queries(1):
        download(client, event)


def test_a_position_near_nothing_is_written_without_an_exponent(client):
    event = EventFactory(published=True, latitude=Decimal("0.000010"), longitude=Decimal("-0.000001"))

    assert "GEO:0.000010;-0.000001" in lines(download(client, event).content)


def unsaved(**fields):
    event = Event(
        pk=1,
        status="published",
        title="会",
        summary="会です。",
        start_date=date(2026, 12, 5),
        end_date=date(2026, 12, 6),
        published_at=datetime(2026, 11, 1, tzinfo=UTC),
        updated_at=datetime(2026, 11, 1, tzinfo=UTC),
        organization=Organization(name="会"),
        contact_email="a@example.jp",
    )
    event.theme_slugs = []
    for name, value in fields.items():
        setattr(event, name, value)
    return event


def on_one_line(text):
    """What calendars are given of a text that stands on one line."""
    return " ".join("".join(" " if letter in CONTROLS else letter for letter in text.replace("\\", "＼")).split())


CONTROLS = {*map(chr, range(32)), *map(chr, range(127, 160)), "\u2028", "\u2029"}
# What the database can hold.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)
PIECES = (
    *("\\n", "\\N", "\\,", "\\", ";", ",", ":", '"', "^n", "\r\n", "\r", "\n", "\x0b", "\x85", "\u2028"),
    *(
        "BEGIN:VEVENT",
        "\U0001f469\u200d\U0001f467",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "か\u3099",
        "あ" * 40,
        " " * 80,
    ),
)
TRICKY = st.lists(st.one_of(TEXTS, st.sampled_from(PIECES)), max_size=8).map("".join)


@settings(max_examples=200, deadline=None)
@given(TRICKY, TRICKY, TRICKY)
def test_whatever_is_written_comes_back(title, venue, name):
    event = unsaved(title=title, venue=venue, organization=Organization(name=name), summary=title)

    body = ics.of_event(event)

    found = read(body)
    assert found["SUMMARY"] == on_one_line(title)
    assert found.get("LOCATION", "") == on_one_line(venue)
    assert found["ORGANIZER"].params["CN"] == on_one_line(name).replace('"', "”")
    assert on_one_line(title) in on_one_line(found["DESCRIPTION"])
    assert all(0 < len(line) <= 75 for line in body.removesuffix(b"\r\n").split(b"\r\n"))
    assert all(line.decode() for line in body.removesuffix(b"\r\n").split(b"\r\n"))
    assert b"\r" not in body.replace(b"\r\n", b"")
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_long_lines_are_folded_between_letters(client):
    event = EventFactory(published=True, title="👵🏻の、移動；を考える会" * 6, summary="あ,い;う\\え\nお" * 30)

    body = download(client, event).content

    assert well_formed(body)
    assert read(body)["SUMMARY"] == event.title
    assert "あ,い;う＼え\nお" in read(body)["DESCRIPTION"]
