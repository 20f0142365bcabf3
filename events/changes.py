"""What the public was told about an event, and what has become of it since."""

from datetime import date, timedelta

from events import signals, times
from publishing.models import Status

# The parts whose change people have to hear of, with what they are called.
PARTS = {"state": "開催の状態", "when": "日時", "format": "開催の方法", "place": "会場", "closes": "申込の締切"}


def told_of(event) -> dict[str, str]:
    """What people plan by, as they read it. Whatever of it changes makes a new version in their calendars."""
    place = " ".join(part for part in (event.venue, event.address) if part)
    closes = event.application_closes_on
    return {
        "state": str(event.get_state_display()),
        "when": event.when,
        "format": str(event.get_format_display()),
        "place": place,
        "closes": times.day_text(closes) if closes else "",
        "title": event.title,
        "summary": event.summary,
        "url": event.url,
    }


def _now(event) -> dict[str, str] | None:
    """What the public reads of the event now. That its publication ended is a version of its own, as is its return."""
    if event.is_published:
        return told_of(event)
    if event.status == Status.CLOSED and event.told:
        return {**event.told, "closed": "yes"}
    return event.told


def note(event) -> None:
    """Remember what a public event says, tell what differs from before, and number the version.

    Inside the transaction of the write, as are those who listen to `signals.event_changed`.
    """
    before, now = event.told, _now(event)
    if before == now:
        return
    rows = []
    if before is not None:
        event.sequence += 1
        rows = [
            event.changes.create(part=part, before=before.get(part, ""), after=now[part], sequence=event.sequence)
            for part in PARTS
            if before.get(part, "") != now[part]
        ]
    event.told = now
    type(event)._default_manager.filter(pk=event.pk).update(told=now, sequence=event.sequence)
    if rows:
        signals.event_changed.send(type(event), event=event.pk, changes=rows)


def next_day(event, today: date) -> date | None:
    """The next day on which what lists show of the event is another than on ``today``."""
    opens, closes = event.application_opens_on, event.application_closes_on
    days = [opens, closes and closes - times.SOON, closes and closes + timedelta(days=1)]
    days += [event.start_date, event.end_date + timedelta(days=1)]
    return min((day for day in days if day and day > today), default=None)
