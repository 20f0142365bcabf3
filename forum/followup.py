"""What came of it: asked once, a month after a topic was solved or first answered; the answer stands in the topic."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from forum.actions import write_reply
from forum.links import Stop, stop_address, stop_headers
from forum.models import ASKING, FollowUp, Notice, NoticeKind, Post, State, Subscriber, Topic
from forum.permissions import Action, may
from mailing.actions import queue_mail

ASK_AFTER = timedelta(days=30)
# What ended longer ago is left in peace, also when the site begins to ask.
NOT_AFTER = timedelta(days=90)


def to_ask():
    """Topics whose author should be asked now."""
    now = timezone.now()
    ended = (now - NOT_AFTER, now - ASK_AFTER)
    moment = Q(solved_at__range=ended) | Q(solved_at=None, answered_at__range=ended)
    topics = Topic.objects.visible().filter(moment, purpose__in=ASKING, follow_up=None, is_sample=False)
    return topics.filter(author__is_active=True, is_locked=False, board__is_open=True).order_by("pk")


def ask() -> int:
    """The daily job; returns how many were asked."""
    return sum(_ask(pk) for pk in list(to_ask().values_list("pk", flat=True)))


@transaction.atomic
def _ask(pk) -> bool:
    topic = Topic.objects.select_for_update(of=["self"]).select_related("board", "author").get(pk=pk)
    if not to_ask().filter(pk=pk).exists() or not may(topic.author, Action.WRITE, topic.board.visibility):
        return False
    FollowUp.objects.create(topic=topic)
    notice = Notice(person=topic.author, kind=NoticeKind.FOLLOW_UP, topic=topic)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if not Subscriber.objects.filter(person=topic.author, wants_follow_ups=False).exists():
        _mail(topic)
    return True


def _mail(topic) -> None:
    stop = stop_address(Stop.FOLLOW_UPS, topic.author_id)
    queue_mail(
        to=topic.author.email,
        subject=f"その後、いかがですか（{topic}）",
        template="mail/forum/follow_up.txt",
        context={
            "person": topic.author,
            "topic": topic,
            "outcome_url": settings.SITE_URL + reverse("forum:outcome", args=[topic.pk]),
            "stop_url": stop,
        },
        headers=stop_headers(stop),
        once=f"follow-up:{topic.pk}",
    )


def outcome_of(topic: Topic) -> Post | None:
    """What the author has told already."""
    return topic.posts.filter(is_outcome=True, state__in=(State.VISIBLE, State.HELD)).order_by("number").first()


@transaction.atomic
def tell_outcome(topic: Topic, *, by, body, shown_as, key) -> Post:
    """Add what came of it to the topic, marked as that. Raises NotOpen."""
    post = write_reply(topic, body=body, by=by, shown_as=shown_as, key=key)
    if not post.is_outcome:
        post.is_outcome = True
        post.save(update_fields=["is_outcome"])
    FollowUp.objects.update_or_create(topic=topic, defaults={"post": post})
    return post
