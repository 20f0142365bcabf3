"""Views are counted in memory and written together, for public pages that people read, and for nothing else."""

import os
import threading
import warnings
from collections import Counter
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insights import counting
from insights.actions import sum_months
from insights.models import DailyViews, MonthlyViews
from insights.periods import Period
from insights.reading import by_month_and_page, recent_views
from tests.factories import CaseStudyFactory, EventFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
PEOPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def buffer(monkeypatch):
    """A buffer of the test's own."""
    made = counting.Buffer()
    monkeypatch.setattr("insights.middleware.buffer", made)
    yield made
    made.flush = lambda: 0
    made._counts.clear()


@pytest.fixture
def case():
    return CaseStudyFactory(published=True)


def read(client, address, **headers):
    return client.get(address, headers={"user-agent": PEOPLE} | headers)


def counted():
    return {(row.kind, row.object_id, row.page): row.count for row in DailyViews.objects.all()}


def test_pages_are_counted_for_the_day_in_japan_when_they_are_written(client, case, buffer):
    for address in (case.get_absolute_url(), case.get_absolute_url(), "/cases/", "/cases/?q=朝市", "/"):
        assert read(client, address).status_code == 200
    assert counted() == {}

    assert buffer.flush() == 5

    assert counted() == {("case", case.pk, ""): 2, ("page", 0, "cases:list"): 2, ("page", 0, "home"): 1}
    assert set(DailyViews.objects.values_list("day", flat=True)) == {timezone.localdate()}
    # The next ones are added.
    read(client, case.get_absolute_url())
    buffer.flush()
    assert counted()["case", case.pk, ""] == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "curl/8.14.1"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"x-moz": "prefetch"},
    ],
)
def test_programs_and_prefetches_are_not_counted(client, case, buffer, headers):
    read(client, case.get_absolute_url(), **headers)

    assert buffer.flush() == 0


def test_only_answers_with_a_page_are_counted(client, case, buffer):
    client.head(case.get_absolute_url(), headers={"user-agent": PEOPLE})
    read(client, "/cases/999999/")
    read(client, "/policies/standard-amount/csv/")
    read(client, "/events/events.ics")
    client.post("/contact/", {"name": "x"}, headers={"user-agent": PEOPLE})

    assert buffer.flush() == 0


def test_drafts_that_their_members_see_are_not_counted_nor_is_what_the_secretariat_reads(client, case, buffer):
    draft = CaseStudyFactory(organization=case.organization)
    client.force_login(member_of(case.organization))
    assert read(client, draft.get_absolute_url()).status_code == 200
    read(client, case.get_absolute_url())
    client.force_login(secretariat())
    read(client, case.get_absolute_url())

    buffer.flush()

    assert counted() == {("case", case.pk, ""): 1}


def test_counting_asks_the_database_nothing(client, case, monkeypatch, django_assert_num_queries):
    """Also for members, who are asked whether they work for the site."""
    client.force_login(member_of(case.organization))
    read(client, case.get_absolute_url())
    with CaptureQueriesContext(connection) as with_counting:
        read(client, case.get_absolute_url())

    monkeypatch.setattr("insights.middleware.counted_as", lambda name: None)
    with django_assert_num_queries(len(with_counting)):
        read(client, case.get_absolute_url())


def test_pages_are_answered_while_views_cannot_be_written_and_nothing_is_lost(client, case, buffer, monkeypatch):
    def fail(counts):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(counting, "write", fail)
        read(client, case.get_absolute_url())
        assert buffer.flush() == 0
        assert read(client, case.get_absolute_url()).status_code == 200

    assert buffer.flush() == 2


def test_only_so_many_different_pages_are_remembered(buffer, monkeypatch):
    monkeypatch.setattr(counting, "MOST_KEYS", 2)

    for pk in (1, 2, 3, 1):
        buffer.add("case", pk, "")

    assert sorted(buffer._counts.values()) == [1, 2]


def test_a_fork_begins_with_nothing(buffer):
    """What its parent has counted its parent writes."""
    buffer.add("page", 0, "home")

    with warnings.catch_warnings(action="ignore"):  # that there may be threads
        child = os.fork()
    if not child:
        os._exit(len(buffer._counts))

    assert os.waitpid(child, 0)[1] == 0
    assert len(buffer._counts) == 1


def test_a_thread_writes_without_being_asked(buffer, monkeypatch, settings):
    written = threading.Event()
    monkeypatch.setattr(counting, "write", lambda counts: written.set())
    settings.VIEWS_ARE_WRITTEN_EVERY = 0.01

    buffer.add("page", 0, "home")

    assert written.wait(10)
    settings.VIEWS_ARE_WRITTEN_EVERY = 0
    buffer._thread.join(10)
    assert not buffer._thread.is_alive()


def test_tests_start_no_thread(client, case, buffer):
    assert not settings.VIEWS_ARE_WRITTEN_EVERY

    read(client, case.get_absolute_url())

    assert buffer._thread is None


@pytest.mark.parametrize("wrong", [{"kind": "page"}, {"kind": "case"}, {"kind": "case", "object_id": 1, "page": "x"}])
def test_views_are_of_an_item_or_of_a_page(wrong):
    with pytest.raises(IntegrityError):
        DailyViews.objects.create(day=date(2026, 11, 1), count=1, **wrong)


def views(day, count, object_id=1):
    DailyViews.objects.create(day=day, kind="case", object_id=object_id, count=count)


def test_months_are_summed_once_and_old_days_forgotten(time_machine):
    time_machine.move_to("2026-11-28 03:50 +0900")
    views(date(2024, 9, 30), 1)
    views(date(2024, 10, 1), 2)
    views(date(2026, 10, 1), 4)
    views(date(2026, 10, 31), 8)
    views(date(2026, 11, 1), 16)

    sum_months()
    sum_months()

    assert dict(MonthlyViews.objects.values_list("month", "count")) == {
        date(2024, 9, 1): 1,
        date(2024, 10, 1): 2,
        date(2026, 10, 1): 12,
    }
    assert DailyViews.objects.order_by("day").first().day == date(2024, 10, 1)
    # A process wrote late; and what was counted since the last sum is read from the days.
    views(date(2026, 10, 30), 1)
    sum_months()
    everything = Period("", "", (date(2024, 9, 1), date(2026, 10, 1), date(2026, 11, 1)))
    assert sorted((month, count) for month, _, _, count in by_month_and_page(everything)) == [
        (date(2024, 9, 1), 1),
        (date(2024, 10, 1), 2),
        (date(2026, 10, 1), 13),
        (date(2026, 11, 1), 16),
    ]


def test_recent_views_are_of_thirty_days_in_one_query(case, django_assert_num_queries):
    event, today = EventFactory(published=True), timezone.localdate()
    for days, count in ((0, 1), (29, 2), (30, 4)):
        views(today - timedelta(days=days), count, case.pk)

    with django_assert_num_queries(1):
        found = recent_views([case, event])

    assert found == {("case", case.pk): 3}


def test_members_read_on_their_page_how_often_their_items_were_read(client, case):
    views(timezone.localdate(), 1234, case.pk)
    client.force_login(member_of(case.organization))

    assert "この30日の閲覧：1,234回" in client.get("/mypage/").content.decode()


def test_two_processes_that_write_the_same_add_up(case):
    today = timezone.localdate()
    counts = Counter({(today, "case", case.pk, ""): 2, (today, "page", 0, "home"): 1})

    counting.write(counts)
    counting.write(counts)

    assert counted() == {("case", case.pk, ""): 4, ("page", 0, "home"): 2}
