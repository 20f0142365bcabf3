"""The digest: what was new on the board in the fields and places that somebody follows, with the texts themselves.

Each subscriber's digest is one transaction that also notes up to when it tells, so a job that is killed or run
twice at once goes on where it was; windows that were missed are made up for in one mail.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from cases.models import CaseStudy
from events.models import Event
from forum import links
from forum.models import Frequency, Notice, Post, State, Subscriber, Topic
from forum.subscriptions import reader_of
from forum.windows import last_moment
from mailing.actions import queue_mail
from taxonomy import registry

TOPICS, POSTS, OTHERS = 20, 3, 5
# What was missed longer ago is no news.
LOOK_BACK = timedelta(days=62)
SUBJECTS = {Frequency.WEEKLY: "1週間のまとめ", Frequency.MONTHLY: "1か月のまとめ", Frequency.DAILY: "1日のまとめ"}


@dataclass(frozen=True)
class Told:
    """One topic in a digest: its new posts, and how many more there are."""

    topic: Topic
    is_new: bool
    posts: list[Post]
    more: int

    @property
    def places(self) -> str:
        return "・".join(registry.regions()[code].full_name for code in self.topic.region_codes[:3])

    @property
    def themes(self) -> str:
        return "・".join(registry.themes()[slug].name for slug in self.topic.theme_slugs[:3])


@dataclass(frozen=True)
class Digest:
    topics: list[Told] = field(default_factory=list)
    has_more: bool = False
    events: list[Event] = field(default_factory=list)
    cases: list[CaseStudy] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.topics or self.events or self.cases)

    @property
    def new_topics(self) -> list[Told]:
        return [one for one in self.topics if one.is_new]

    @property
    def continued_topics(self) -> list[Told]:
        return [one for one in self.topics if not one.is_new]


def send_digests() -> int:
    """Send every digest that is due; returns how many mails that makes."""
    now = timezone.now()
    moments = {frequency: last_moment(frequency, now) for frequency in SUBJECTS}
    late = Q(pk__in=[])
    for frequency, moment in moments.items():
        late |= Q(frequency=frequency, sent_until__lt=moment)
    due = Subscriber.objects.with_digest().filter(late).order_by("pk").values_list("pk", flat=True)
    return sum(_send(pk, moments) for pk in list(due))


@transaction.atomic
def _send(pk, moments) -> bool:
    locked = Subscriber.objects.with_digest().select_for_update(of=["self"]).select_related("person")
    subscriber = locked.filter(pk=pk).first()
    end = moments.get(subscriber.frequency) if subscriber else None
    if end is None or subscriber.sent_until >= end:
        return False
    digest = digest_of(subscriber, max(subscriber.sent_until, end - LOOK_BACK), end)
    subscriber.sent_until = end
    subscriber.save(update_fields=["sent_until"])
    if digest.is_empty:
        return False
    _queue(subscriber, digest, end)
    return True


def digest_of(subscriber: Subscriber, start: datetime, end: datetime) -> Digest:
    """What happened from ``start`` until before ``end`` and the subscriber has neither written nor been mailed."""
    follows = list(subscriber.subscriptions.select_related("theme"))
    news = _news(subscriber, start, end)
    topics = (
        Topic.objects.visible_to(reader_of(subscriber)).visible().filter(last_posted_at__gte=start, is_sample=False)
    )
    topics = topics.filter(_followed(Topic, follows), Exists(news.filter(topic=OuterRef("pk"))))
    found = list(topics.for_list().order_by("-published_at", "-pk")[: TOPICS + 1])
    return Digest(
        _told(found[:TOPICS], news, start),
        len(found) > TOPICS,
        _others(Event, follows, start, end, end_date__gte=timezone.localdate(end)),
        _others(CaseStudy, follows, start, end),
    )


def _news(subscriber, start, end):
    posts = Post.objects.filter(state=State.VISIBLE, published_at__gte=start, published_at__lt=end)
    if not subscriber.person_id:
        return posts
    mailed = Notice.objects.filter(person=subscriber.person_id, post=OuterRef("pk"), mailed_at__isnull=False)
    # An author who left is None, which is not "not the subscriber" for SQL.
    others = Q(author=None) | ~Q(author=subscriber.person_id)
    return posts.filter(others, ~Exists(mailed))


def _followed(model, follows) -> Q:
    """A condition on ``model``, which has themes and regions: in any field and place that is followed."""
    found = Q(pk__in=[])
    for one in follows:
        both = model._default_manager.order_by()
        if one.theme_id:
            both = both.filter(themes=one.theme_id)
        if one.region_id:
            both = both.filter(regions__code__startswith=one.region_id)
        found |= Q(pk__in=both.values("pk"))
    return found


def _told(topics, news, start) -> list[Told]:
    posts = _first_posts(topics, news)
    return [
        Told(topic, topic.published_at >= start, found, found[0].total - len(found))
        for topic in topics
        if (found := posts.get(topic.pk))
    ]


def _first_posts(topics, news) -> dict[int, list[Post]]:
    """The first few of the new posts of each topic, with the `total` of them."""
    place = Window(RowNumber(), partition_by="topic", order_by="number")
    numbered = news.filter(topic__in=topics).annotate(place=place, total=Window(Count("pk"), partition_by="topic"))
    posts: dict[int, list[Post]] = {}
    for post in numbered.filter(place__lte=POSTS).order_by("topic", "number"):
        posts.setdefault(post.topic_id, []).append(post)
    return posts


def _others(model, follows, start, end, **conditions):
    """What else was published in the fields and places that are followed."""
    items = model.objects.published().filter(published_at__gte=start, published_at__lt=end, is_sample=False)
    items = items.filter(_followed(model, follows), **conditions).select_related("organization")
    return list(items.order_by("-published_at", "-pk")[:OTHERS])


def _queue(subscriber, digest, end):
    stop = links.stop_address(links.Stop.DIGEST, subscriber.pk)
    queue_mail(
        to=subscriber.address,
        subject=_subject(subscriber, digest),
        template="mail/forum/digest.txt",
        html_template="mail/forum/digest.html",
        context={
            "subscriber": subscriber,
            "person": subscriber.person,
            "digest": digest,
            "follows": list(subscriber.subscriptions.select_related("theme", "region")),
            "stop_url": stop,
            # Somebody with an account signs in to change the settings; others have nothing but this link.
            "manage_url": "" if subscriber.person_id else links.manage_address(subscriber.pk),
        },
        headers=links.stop_headers(stop),
        once=f"digest:{subscriber.pk}:{end:%Y-%m-%d}",
    )


def _subject(subscriber, digest) -> str:
    what = SUBJECTS[subscriber.frequency]
    if not digest.topics:
        return f"{what}（イベントと事例）"
    count = f"{len(digest.topics)}件{'以上' if digest.has_more else ''}"
    return f"{what}（話題{count}）"
