"""Days and times of events, with a fixed clock: the ends of months and years, leap days, past midnight, deadlines."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from events import times
from events.calendar_pages import Month
from events.changes import next_day
from events.choices import EventState
from events.models import Event
from events.times import ApplicationState, Phase

NEW_YEARS_EVE = date(2026, 12, 31)


def at(*moment):
    return timezone.make_aware(datetime(*moment))


def event(day, begins=None, end_day=None, ends=None, **fields):
    """An event that is not stored."""
    return Event(start_date=day, start_time=begins, end_date=end_day or day, end_time=ends, **fields)


PAST_MIDNIGHT = {"day": NEW_YEARS_EVE, "begins": time(23, 30), "end_day": date(2027, 1, 1), "ends": time(1)}


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ({"day": date(2026, 12, 5)}, "令和8年12月5日（土）"),
        ({"day": date(2026, 12, 5), "begins": time(9, 5), "ends": time(16)}, "令和8年12月5日（土）9:05〜16:00"),
        ({"day": date(2026, 12, 5), "end_day": date(2026, 12, 6)}, "令和8年12月5日（土）〜12月6日（日）"),
        (PAST_MIDNIGHT, "令和8年12月31日（木）23:30〜令和9年1月1日（金）1:00"),
        ({"day": date(2028, 2, 29)}, "令和10年2月29日（火）"),
        ({"day": date(2019, 4, 30), "end_day": date(2019, 5, 1)}, "平成31年4月30日（火）〜令和元年5月1日（水）"),
        ({"day": date(2027, 1, 1), "begins": time(0), "ends": time(0, 30)}, "令和9年1月1日（金）0:00〜0:30"),
    ],
)
def test_days_and_times_are_told_as_people_say_them(when, text):
    assert event(**when).when == text


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (at(2026, 11, 30, 23, 59), "令和8年12月（日にちは未定）"),
        (at(2026, 12, 31, 23, 59), "令和8年12月（日にちは未定）"),
        (at(2027, 1, 1, 0, 0), "令和8年12月（日にちは不明）"),
    ],
)
def test_a_month_without_a_day_is_open_until_it_is_over(now, text):
    month = event(date(2026, 12, 1), end_day=NEW_YEARS_EVE, only_month_known=True)

    with time_machine.travel(now, tick=False):
        assert month.when == text


@pytest.mark.parametrize(
    ("when", "now", "phase", "day_phase"),
    [
        ({"day": NEW_YEARS_EVE}, at(2026, 12, 30, 23, 59, 59), Phase.COMING, Phase.COMING),
        ({"day": NEW_YEARS_EVE}, at(2026, 12, 31, 0, 0), Phase.ONGOING, Phase.ONGOING),
        ({"day": NEW_YEARS_EVE}, at(2026, 12, 31, 23, 59, 59), Phase.ONGOING, Phase.ONGOING),
        ({"day": NEW_YEARS_EVE}, at(2027, 1, 1, 0, 0), Phase.OVER, Phase.OVER),
        (PAST_MIDNIGHT, at(2026, 12, 31, 23, 29, 59), Phase.COMING, Phase.ONGOING),
        (PAST_MIDNIGHT, at(2027, 1, 1, 0, 59, 59), Phase.ONGOING, Phase.ONGOING),
        (PAST_MIDNIGHT, at(2027, 1, 1, 1, 0), Phase.OVER, Phase.ONGOING),
        (PAST_MIDNIGHT, at(2027, 1, 2, 0, 0), Phase.OVER, Phase.OVER),
        ({"day": date(2028, 2, 29)}, at(2028, 3, 1, 0, 0), Phase.OVER, Phase.OVER),
    ],
)
def test_what_is_going_on(when, now, phase, day_phase):
    with time_machine.travel(now, tick=False):
        assert (event(**when).phase, event(**when).day_phase) == (phase, day_phase)


@pytest.mark.parametrize(
    ("now", "fields", "state"),
    [
        (at(2026, 12, 31, 0, 0), {}, ApplicationState.OPEN),
        (at(2026, 12, 24, 23, 59), {"application_closes_on": date(2027, 1, 1)}, ApplicationState.OPEN),
        (at(2026, 12, 25, 0, 0), {"application_closes_on": date(2027, 1, 1)}, ApplicationState.CLOSING),
        (at(2026, 12, 31, 23, 59, 59), {"application_closes_on": NEW_YEARS_EVE}, ApplicationState.CLOSING),
        (at(2027, 1, 1, 0, 0), {"application_closes_on": NEW_YEARS_EVE}, ApplicationState.CLOSED),
        (
            at(2026, 12, 31, 16, 59, 59),
            {"application_closes_on": NEW_YEARS_EVE, "application_closes_at": time(17)},
            ApplicationState.CLOSING,
        ),
        (
            at(2026, 12, 31, 17, 0),
            {"application_closes_on": NEW_YEARS_EVE, "application_closes_at": time(17)},
            ApplicationState.CLOSED,
        ),
        (at(2026, 12, 31, 23, 59), {"application_opens_on": date(2027, 1, 1)}, ApplicationState.BEFORE),
        (at(2027, 1, 1, 0, 0), {"application_opens_on": date(2027, 1, 1)}, ApplicationState.OPEN),
        (at(2026, 12, 31, 12, 0), {"is_full": True}, ApplicationState.FULL),
        (at(2026, 12, 31, 12, 0), {"application": "not_needed"}, ApplicationState.NOT_NEEDED),
        (at(2026, 12, 31, 12, 0), {"state": EventState.CANCELLED}, None),
        (at(2027, 1, 10, 16, 0), {}, None),
    ],
)
def test_whether_one_can_still_apply(now, fields, state):
    coming = event(date(2027, 1, 10), time(13, 30), ends=time(16), **{"application": "needed", **fields})

    with time_machine.travel(now, tick=False):
        assert coming.application_state == state


@pytest.mark.parametrize(
    ("day", "following", "name"),
    [
        (date(2026, 11, 18), date(2026, 12, 16), "第3水曜日"),
        (date(2026, 12, 9), date(2027, 1, 13), "第2水曜日"),
        (date(2027, 1, 29), date(2027, 2, 26), "第4金曜日"),
        (date(2028, 1, 29), date(2028, 2, 26), "第4土曜日"),
        (date(2028, 1, 1), date(2028, 2, 5), "第1土曜日"),
        (date(2028, 2, 29), date(2028, 3, 28), "第4火曜日"),
        (date(2026, 8, 31), date(2026, 9, 28), "第4月曜日"),
    ],
)
def test_the_same_weekday_of_the_next_month(day, following, name):
    assert times.same_weekday_next_month(day) == following
    assert times.nth_weekday_text(following) == name
    assert following.weekday() == day.weekday()


def test_every_day_has_a_same_weekday_in_the_next_month():
    day = date(2026, 1, 1)
    while day.year < 2029:
        following = times.same_weekday_next_month(day)
        months = (following.year - day.year) * 12 + following.month - day.month
        assert (months, following.weekday()) == (1, day.weekday())
        day += timedelta(1)


def test_the_next_time_of_what_is_long_over_is_to_come():
    # The fifth one of May is looked for in each month, not the fourth one of the first month that has no fifth.
    assert times.next_time(date(2026, 5, 29), date(2026, 10, 1)) == date(2026, 10, 30)
    assert times.next_time(date(2026, 11, 18), date(2026, 11, 19)) == date(2026, 12, 16)
    assert times.next_time(date(2026, 11, 18), date(2026, 12, 16)) == date(2026, 12, 16)
    assert times.next_time(date(2026, 11, 18), date(2026, 12, 17)) == date(2027, 1, 20)


@pytest.mark.parametrize(
    ("day", "today", "month"),
    [
        (date(2026, 12, 1), date(2026, 11, 25), (date(2027, 1, 1), date(2027, 1, 31))),
        (date(2028, 1, 1), date(2028, 1, 1), (date(2028, 2, 1), date(2028, 2, 29))),
        (date(2025, 1, 1), date(2026, 11, 25), (date(2026, 11, 1), date(2026, 11, 30))),
    ],
)
def test_the_month_after(day, today, month):
    assert times.month_after(day, today) == month


def test_the_card_changes_on_the_days_that_change_it():
    """One after the other, up to the day after the last."""
    coming = event(
        date(2026, 12, 31),
        time(23, 30),
        date(2027, 1, 1),
        time(1),
        application_opens_on=date(2026, 12, 1),
        application_closes_on=date(2026, 12, 20),
    )
    days, today = [], date(2026, 11, 25)
    while today := next_day(coming, today):
        days.append(today)

    assert days == [
        *(date(2026, 12, 1), date(2026, 12, 13), date(2026, 12, 21), date(2026, 12, 31)),
        date(2027, 1, 2),
    ]


# The month as a table.


def test_months_follow_each_other_over_the_turn_of_the_year_and_end_with_the_calendar():
    assert Month(2026, 12).next == Month(2027, 1)
    assert Month(2027, 1).previous == Month(2026, 12)
    assert (Month(2100, 12).next, Month(2000, 1).previous) == (None, None)


@pytest.mark.parametrize(("month", "last"), [((2028, 2), 29), ((2027, 2), 28), ((2100, 2), 28), ((2026, 12), 31)])
def test_months_end_on_their_last_day(month, last):
    assert Month(*month).last.day == last


@pytest.mark.parametrize("month", [(2026, 13), (2026, 0), (1999, 12), (2101, 1)])
def test_months_that_do_not_exist_are_refused(month):
    with pytest.raises(ValueError, match="no month"):
        Month(*month)


def test_events_stand_on_each_of_their_days_of_the_month():
    over_new_year, leap = event(**PAST_MIDNIGHT), event(date(2028, 2, 29))

    def days(month, found):
        return [day.date for week in month.weeks([found], date(2026, 12, 31)) for day in week if day.events]

    assert days(Month(2026, 12), over_new_year) == [NEW_YEARS_EVE]
    assert days(Month(2027, 1), over_new_year) == [date(2027, 1, 1)]
    assert days(Month(2028, 2), leap) == [date(2028, 2, 29)]
    assert days(Month(2028, 3), leap) == []


def test_weeks_are_whole_begin_on_sunday_and_know_today():
    weeks = Month(2026, 12).weeks([], NEW_YEARS_EVE)

    assert {len(week) for week in weeks} == {7}
    assert all(week[0].date.weekday() == 6 for week in weeks)
    assert [day.date for week in weeks for day in week if day.is_today] == [NEW_YEARS_EVE]
    assert weeks[-1][-1].is_in_month is False
    assert next(day for day in Month(2027, 1).weeks([], NEW_YEARS_EVE)[0] if day.date.day == 1).holiday == "元日"


def test_times_are_those_of_japan_whatever_the_server_thinks():
    """15:00 in Greenwich is midnight in Japan."""
    with time_machine.travel("2026-12-31T15:00:00Z", tick=False):
        assert event(NEW_YEARS_EVE).phase == Phase.OVER
        assert event(date(2027, 1, 1)).phase == Phase.ONGOING
    assert event(**PAST_MIDNIGHT).starts_at.astimezone(timezone.get_fixed_timezone(0)) == datetime(
        2026, 12, 31, 14, 30, tzinfo=timezone.get_fixed_timezone(0)
    )
