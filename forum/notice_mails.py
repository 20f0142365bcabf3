"""Replies by mail, within a minute, but never more than three an hour: what comes beyond waits and goes in one."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from forum.links import Stop, stop_address, stop_headers
from forum.models import Notice, NoticeKind
from mailing.actions import queue_mail

MOST_MAILS, PERIOD = 3, timedelta(hours=1)
SHOWN = 20
# More of a post stands on its page.
LONGEST = 3_000


def send_due() -> int:
    """Mail what has to be mailed; returns how many mails that makes."""
    people = Notice.objects.filter(mail_due=True).order_by().values_list("person", flat=True).distinct()
    return sum(_mail(person) for person in list(people))


@transaction.atomic
def _mail(person_pk) -> bool:
    due = Notice.objects.filter(person=person_pk, mail_due=True).order_by("pk").select_for_update(of=["self"])
    pks = [notice.pk for notice in due]
    person = User.objects.get(pk=person_pk)
    # What was read on the page, hidden or deleted meanwhile needs no mail.
    wanted = Notice.objects.of(person).unread().filter(pk__in=pks)
    notices = list(wanted.select_related("post__topic").order_by("pk")) if person.is_active else []
    _done(set(pks) - {notice.pk for notice in notices})
    if not notices or _mails_of_last_hour(person) >= MOST_MAILS:
        return False
    mail = _queue(person, notices)
    _done({notice.pk for notice in notices}, mailed_at=timezone.now(), mail=mail)
    return True


def _done(pks, **fields):
    if pks:
        Notice.objects.filter(pk__in=pks).update(mail_due=False, **fields)


def _mails_of_last_hour(person) -> int:
    recent = person.forum_notices.filter(mailed_at__gt=timezone.now() - PERIOD)
    return recent.order_by().values("mail").distinct().count()


def _queue(person, notices):
    stop = stop_address(Stop.REPLIES, person.pk)
    topics = {notice.about for notice in notices}
    only = topics.pop() if len(topics) == 1 else None
    return queue_mail(
        to=person.email,
        subject=_subject(notices, only),
        template="mail/forum/replies.txt",
        context={
            "person": person,
            "notices": notices[:SHOWN],
            "more": max(0, len(notices) - SHOWN),
            "longest": LONGEST if len(notices) == 1 else 300,
            "topic": only,
            "stop_url": stop,
            "stop_topic_url": stop_address(Stop.TOPIC, only.pk, person.pk) if only else "",
        },
        headers=stop_headers(stop),
        once=f"replies:{person.pk}:{notices[0].pk}",
    )


def _subject(notices, topic) -> str:
    if len(notices) > 1:
        return f"返信が{len(notices)}件ありました" + (f"（{topic}）" if topic else "")
    if notices[0].kind == NoticeKind.QUOTED:
        return f"あなたの投稿に返信がありました（{topic}）"
    return f"返信がありました（{topic}）"
