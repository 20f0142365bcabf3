"""Changes of events by mail, at once: to those who follow the event or its organization.

Whom to tell is noted in the transaction of the change. A job mails it, everything that is due to one subscriber in one
mail, and never more than three mails an hour: what comes beyond waits.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from events.models import Event, EventChange
from forum.links import Stop, manage_address, stop_address, stop_headers
from forum.models import EventNews, Subscriber, Subscription
from mailing.actions import queue_mail

MOST_MAILS, PERIOD = 3, timedelta(hours=1)
SHOWN = 20
KEPT = timedelta(days=62)

# Made of constants; every value is a parameter. Organizations that take part are among those that are followed.
_NOTE = """
    INSERT INTO forum_eventnews (subscriber_id, change_id, mail_due)
    SELECT DISTINCT reader.id, change.id, true
    FROM forum_subscription follow
    JOIN forum_subscriber reader ON reader.id = follow.subscriber_id AND reader.event_changes_at_once
    CROSS JOIN unnest(%(changes)s::bigint[]) change(id)
    WHERE follow.event_id = %(event)s
    OR (
        follow.frequency <> 'never'
        AND (
            follow.organization_id = (SELECT organization_id FROM events_event WHERE id = %(event)s)
            OR follow.organization_id IN
                (SELECT organization_id FROM events_event_co_organizers WHERE event_id = %(event)s)
        )
    )
    ON CONFLICT DO NOTHING
"""


def note(event: int, changes: list[EventChange]) -> None:
    """Note whom to tell of ``changes`` of the event with this key; inside the transaction that made them."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"event": event, "changes": [change.pk for change in changes]})


@dataclass(frozen=True)
class ChangedEvent:
    event: Event
    # The oldest first; of each part only what it is now.
    changes: list[EventChange]


def send_due() -> int:
    """Mail what has to be mailed; returns how many mails that makes."""
    due = EventNews.objects.filter(mail_due=True).order_by().values_list("subscriber", flat=True).distinct()
    return sum(_mail(pk) for pk in list(due))


@transaction.atomic
def _mail(pk) -> bool:
    subscriber = _locked(pk)
    due = list(EventNews.objects.filter(subscriber=pk, mail_due=True).order_by("pk").select_related("change"))
    is_reachable = subscriber is not None and (subscriber.person is None or subscriber.person.is_active)
    events = changed_events([news.change for news in due]) if is_reachable else []
    if events and _mails_of_last_hour(subscriber) >= MOST_MAILS:
        return False
    mail = _queue(subscriber, events, due) if events else None
    rows = EventNews.objects.filter(pk__in=[news.pk for news in due])
    rows.update(mail_due=False, mailed_at=timezone.now() if mail else None, mail=mail)
    return mail is not None


def _locked(pk) -> Subscriber | None:
    # Whoever notes news of another event for the subscriber meanwhile does not wait.
    locked = Subscriber.objects.select_for_update(of=["self"], no_key=True)
    return locked.select_related("person").filter(pk=pk).first()


def changed_events(changes: list[EventChange]) -> list[ChangedEvent]:
    """By events that are public and not over, in the order of their days; what was changed and changed back is no
    news."""
    by_event: dict[int, dict[str, EventChange]] = {}
    for change in sorted(changes, key=lambda one: one.pk):
        parts = by_event.setdefault(change.event_id, {})
        if known := parts.get(change.part):
            change.before = known.before
        parts[change.part] = change
    events = Event.objects.published().lasting().filter(pk__in=by_event, is_sample=False).select_related("organization")
    found = [
        ChangedEvent(event, [one for one in by_event[event.pk].values() if one.before != one.after])
        for event in events.order_by(*Event._meta.ordering)
    ]
    return [one for one in found if one.changes]


def _mails_of_last_hour(subscriber) -> int:
    recent = subscriber.event_news.filter(mailed_at__gt=timezone.now() - PERIOD)
    return recent.order_by().values("mail").distinct().count()


def _queue(subscriber, events, due):
    stop = stop_address(Stop.EVENTS, subscriber.pk)
    return queue_mail(
        to=subscriber.address,
        subject=_subject(events),
        template="mail/forum/event_changes.txt",
        context={
            "person": subscriber.person,
            "events": events[:SHOWN],
            "more": max(0, len(events) - SHOWN),
            "stop_url": stop,
            "manage_url": "" if subscriber.person_id else manage_address(subscriber.pk),
        },
        headers=stop_headers(stop),
        once=f"event changes:{subscriber.pk}:{due[0].pk}",
    )


def _subject(events) -> str:
    if len(events) > 1:
        return f"イベント{len(events)}件の予定が変わりました"
    event = events[0].event
    return (
        f"「{event}」は{event.get_state_display()}になりました" if event.is_off else f"「{event}」の予定が変わりました"
    )


def forget_old() -> None:
    """Delete what was told long ago, and that somebody followed an event that is long over."""
    before = timezone.now() - KEPT
    EventNews.objects.filter(change__at__lt=before, mail_due=False).delete()
    Subscription.objects.filter(event__end_date__lt=timezone.localdate(before)).delete()
    # An address to which nothing more is to be sent.
    Subscriber.objects.filter(person=None, subscriptions=None, created_at__lt=before).delete()
