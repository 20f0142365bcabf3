"""Telling people in the site what concerns them: in the transaction of its cause, once, never about oneself."""

from django.db import connection
from django.utils import timezone

from forum.markup import quoted_numbers
from forum.models import UNTOLD, Notice, NoticeKind, Post, Topic

# Made of constants; every value is a parameter. Who has switched the topic off hears of quotations in the site only.
_QUOTED = """
    INSERT INTO forum_notice (person_id, kind, topic_id, post_id, created_at, mail_due)
    SELECT DISTINCT author.id, %(kind)s, %(topic)s::bigint, %(post)s::bigint, %(now)s::timestamptz,
           COALESCE(reader.replies_at_once, true) AND COALESCE(watch.is_on, true)
    FROM forum_post quoted
    JOIN accounts_user author ON author.id = quoted.author_id AND author.is_active
    LEFT JOIN forum_subscriber reader ON reader.person_id = author.id
    LEFT JOIN forum_watch watch ON watch.topic_id = quoted.topic_id AND watch.user_id = author.id
    WHERE quoted.topic_id = %(topic)s AND quoted.number = ANY(%(numbers)s) AND author.id <> %(by)s
    ON CONFLICT DO NOTHING
"""
_WATCHING = """
    INSERT INTO forum_notice (person_id, kind, topic_id, post_id, created_at, mail_due)
    SELECT watcher.id, %(kind)s, %(topic)s::bigint, %(post)s::bigint, %(now)s::timestamptz,
           COALESCE(reader.replies_at_once, true)
    FROM forum_watch watch
    JOIN accounts_user watcher ON watcher.id = watch.user_id AND watcher.is_active
    LEFT JOIN forum_subscriber reader ON reader.person_id = watcher.id
    WHERE watch.topic_id = %(topic)s AND watch.is_on AND watcher.id <> %(by)s
    ON CONFLICT DO NOTHING
"""


def tell_of_post(post: Post) -> None:
    """Tell those whose posts it quotes, and those who watch its topic; each person once."""
    if post.is_first:
        return
    told = {"topic": post.topic_id, "post": post.pk, "by": post.author_id or 0, "now": timezone.now()}
    with connection.cursor() as cursor:
        if numbers := quoted_numbers(post.body):
            cursor.execute(_QUOTED, {**told, "kind": NoticeKind.QUOTED, "numbers": numbers})
        cursor.execute(_WATCHING, {**told, "kind": NoticeKind.REPLY})


def tell_of_best(topic: Topic, post: Post) -> None:
    """Tell somebody that the answer has helped; marked twice, told once."""
    if post.author_id and post.author_id != topic.author_id:
        Notice.objects.bulk_create(
            [Notice(person_id=post.author_id, kind=NoticeKind.BEST, topic=topic, post=post)], ignore_conflicts=True
        )


def tell_of_step(step) -> None:
    """Tell the author what a moderator did."""
    if step.step not in UNTOLD and step.person_id and step.person_id != step.by_id:
        notice = Notice(
            person_id=step.person_id, kind=NoticeKind.STEP, topic_id=step.topic_id, post_id=step.post_id, step=step
        )
        Notice.objects.bulk_create([notice], ignore_conflicts=True)


def tell_of_report(report) -> None:
    """Tell somebody what became of a report."""
    notice = Notice(person_id=report.reporter_id, kind=NoticeKind.REPORT, topic=report.post.topic, report=report)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def unread_count(person) -> int:
    return Notice.objects.of(person).unread().count()


def read_all(person) -> None:
    """Mark everything that has been told so far as read."""
    Notice.objects.filter(person=person, read_at=None, created_at__lte=timezone.now()).update(read_at=timezone.now())


def forget_old(before) -> None:
    """Delete notices from before the moment ``before``; what they tell of stays."""
    Notice.objects.filter(created_at__lt=before, mail_due=False).delete()
