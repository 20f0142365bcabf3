"""What the public is told of changes, when, and who hears of it."""

from datetime import date, datetime, time

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from events.choices import EventState
from events.signals import event_changed
from publishing.actions import change_status, roll_back, save_changes
from tests.factories import EventFactory, OrganizationFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
MORNING = timezone.make_aware(datetime(2026, 12, 31, 9, 5))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def heard():
    """What listeners of the signal were told: the key of the event and its changes as texts."""
    told = []

    def listen(sender, event, changes, **kwargs):
        told.append((event, [str(change) for change in changes]))

    event_changed.connect(listen)
    yield told
    event_changed.disconnect(listen)


@pytest.fixture
def event():
    return EventFactory(published=True, start_date=date(2026, 12, 31), end_date=date(2026, 12, 31))


def edit(event, /, **fields):
    def write(current):
        for name, value in fields.items():
            setattr(current, name, value)
        current.save()

    return save_changes(event, write, by=None)


def told(event):
    return [str(change) for change in event.changes.order_by("pk")]


def test_listeners_hear_once_and_at_once_what_changed(event, heard):
    past_midnight = {"start_time": time(23, 30), "end_date": date(2027, 1, 1), "end_time": time(1)}

    edit(event, state=EventState.POSTPONED, venue="集会所", **past_midnight)

    assert heard == [
        (
            event.pk,
            [
                "開催の状態：開催予定 → 延期",
                "日時：令和8年12月31日（木）13:30〜16:00 → 令和8年12月31日（木）23:30〜令和9年1月1日（金）1:00",
                "会場：中央公民館 → 集会所",
            ],
        )
    ]


@transaction.atomic
def cancel_and_fail(event):
    edit(event, state=EventState.CANCELLED)
    raise ZeroDivisionError


def test_nobody_hears_of_drafts_nor_of_the_first_publication(heard):
    draft = EventFactory()

    edit(draft, start_time=time(10))
    edit(draft, state=EventState.CANCELLED)
    change_status(draft, "publish", by=None)

    assert heard == []
    draft.refresh_from_db()
    assert draft.sequence == 0


@pytest.mark.parametrize(
    "fields", [{"content": "くわしい内容"}, {"fee": 500}, {"capacity": 30}, {"report": "盛会でした"}, {"is_full": True}]
)
def test_nobody_hears_of_what_people_do_not_plan_by(event, heard, fields):
    edit(event, **fields)

    assert heard == []
    event.refresh_from_db()
    assert event.sequence == 0


def test_a_new_title_is_a_new_version_but_no_news(event, heard):
    edit(event, title="新しい名前の集い")

    assert heard == []
    event.refresh_from_db()
    assert event.sequence == 1


def test_each_change_is_the_next_version(event):
    edit(event, start_time=time(10))
    edit(event, format="online")
    edit(event, application="needed", application_closes_on=date(2026, 12, 31))

    event.refresh_from_db()
    assert event.sequence == 3
    assert [change.sequence for change in event.changes.order_by("pk")] == [1, 2, 3]
    assert told(event)[1:] == ["開催の方法：会場 → オンライン", "申込の締切： → 令和8年12月31日（木）"]


def test_the_end_of_its_publication_and_its_return_are_versions_of_their_own(event):
    change_status(event, "close", by=None, note="まちがいでした。")
    event.refresh_from_db()
    assert event.sequence == 1

    change_status(event, "publish", by=None)

    event.refresh_from_db()
    assert event.sequence == 2
    assert told(event) == []


def test_a_roll_back_by_a_reviewer_is_told_as_any_change(heard):
    event = EventFactory(published=True)
    member = member_of(event.organization)
    save_changes(event, cancel, by=member)
    heard.clear()

    roll_back(event.reviews.open().get(), by=secretariat(), note="開かれると聞きました。")

    assert [texts for _, texts in heard] == [["開催の状態：中止 → 開催予定"]]
    event.refresh_from_db()
    assert (event.state, event.sequence) == ("planned", 2)


def cancel(event):
    event.state = EventState.CANCELLED
    event.save()


def test_the_page_tells_what_changed_and_when_the_newest_first(client, event, clock):
    edit(event, start_time=time(10))
    clock.move_to(timezone.make_aware(datetime(2027, 1, 1, 0, 30)))
    edit(event, start_date=date(2028, 2, 29), end_date=date(2028, 2, 29))

    html = client.get(event.get_absolute_url()).content.decode()

    part = html.partition("お知らせした変更")[2].partition("</section>")[0]
    texts = (
        *("令和9年1月1日（金）0:30", "令和10年2月29日（火）10:00〜16:00"),
        *("令和8年12月31日（木）9:05", "令和8年12月31日（木）13:30〜16:00"),
    )
    places = [part.index(text) for text in texts]
    assert places == sorted(places)


def test_an_unchanged_event_tells_of_no_changes(client, event):
    assert "お知らせした変更" not in client.get(event.get_absolute_url()).content.decode()


def test_the_form_of_the_state_tells_everybody(client, heard):
    club = OrganizationFactory(published=True)
    event = EventFactory(published=True, organization=club)
    client.force_login(member_of(club))
    days = {name: getattr(event, name).isoformat() for name in ("start_date", "end_date")}
    data = {"version": event.version, "state": "cancelled", "state_note": "大雪のため", "_save": "1", **days}

    client.post(reverse("events:state", args=[event.pk]), {**data, "start_time": "13:30", "end_time": "16:00"})

    assert heard == [(event.pk, ["開催の状態：開催予定 → 中止"])]


def test_the_deadline_today_is_told_on_the_page_until_it_is_over(client, event, clock):
    edit(event, application="needed", application_closes_on=date(2026, 12, 31), application_closes_at=time(12))
    assert "申込は" in client.get(event.get_absolute_url()).content.decode()

    clock.move_to(timezone.make_aware(datetime(2026, 12, 31, 12)))

    html = client.get(event.get_absolute_url()).content.decode()
    assert "<b>申込は" not in html
    assert ">申込受付終了</span>" in html
