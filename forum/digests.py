"""The digest: what is new of what somebody follows, posts with the texts themselves, everything once.

Each subscriber's digest is one transaction that also notes up to when each subscription has told, so a job that is
killed or run twice at once goes on where it was; windows that were missed are made up for in one mail.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone

from forum import links, news
from forum.models import DigestItem, Frequency, Notice, Post, Subscriber, Subscription, Topic
from forum.subscriptions import reader_of
from forum.windows import last_moment
from mailing.actions import queue_mail
from taxonomy import registry

TOPICS, POSTS, OTHERS = 20, 3, 10
# More of one kind and one subscription than this is only counted.
MOST_COUNTED = 200
# What was missed longer ago is no news.
LOOK_BACK = timedelta(days=62)
SUBJECTS = {Frequency.WEEKLY: "1週間のまとめ", Frequency.MONTHLY: "1か月のまとめ", Frequency.DAILY: "1日のまとめ"}
MIXED = "新着のまとめ"
FOLLOWS_NAMED = 5
# The kinds of the index as mails name them, and the lists of all of them.
KINDS = {
    "event": ("イベント", "events:list"),
    "case": ("事例", "cases:list"),
    "policy": ("施策・予算", "policies:list"),
    "organization": ("団体", "organizations:list"),
}


@dataclass(frozen=True)
class Due:
    """A subscription whose window has ended: it tells what was new from ``start`` until before ``end``."""

    subscription: Subscription
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Told:
    """One topic in a digest: its new posts, and how many more there are."""

    topic: Topic
    posts: list[Post]
    more: int

    @property
    def is_new(self) -> bool:
        return self.posts[0].is_first

    @property
    def places(self) -> str:
        return "・".join(registry.regions()[code].full_name for code in self.topic.region_codes[:3])

    @property
    def themes(self) -> str:
        return "・".join(registry.themes()[slug].name for slug in self.topic.theme_slugs[:3])


@dataclass(frozen=True)
class Others:
    """What is new of one kind."""

    kind: str
    items: list
    more: int

    @property
    def count(self) -> int:
        return len(self.items) + self.more

    @property
    def name(self) -> str:
        return KINDS[self.kind][0]

    @property
    def more_url(self) -> str:
        return reverse(KINDS[self.kind][1], query={"sort": "new"})


@dataclass(frozen=True)
class Digest:
    topics: list[Told] = field(default_factory=list)
    has_more: bool = False
    others: list[Others] = field(default_factory=list)
    # All that is new, a queryset: more than is shown, and of more topics.
    posts: QuerySet | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.topics or self.others)

    @property
    def new_topics(self) -> list[Told]:
        return [one for one in self.topics if one.is_new]

    @property
    def continued_topics(self) -> list[Told]:
        return [one for one in self.topics if not one.is_new]

    @property
    def counts(self) -> str:
        """「話題3件・事例1件」."""
        of_topics = [f"話題{len(self.topics)}件{'以上' if self.has_more else ''}"] if self.topics else []
        return "・".join([*of_topics, *(f"{one.name}{one.count}件" for one in self.others)])


def send_digests() -> int:
    """Send every digest that is due; returns how many mails that makes."""
    now = timezone.now()
    moments = {frequency: last_moment(frequency, now) for frequency in SUBJECTS}
    late = Q(pk__in=[])
    for frequency, moment in moments.items():
        late |= Q(frequency=frequency, sent_until__lt=moment)
    due = Subscription.objects.in_digests().filter(late, subscriber=OuterRef("pk"))
    subscribers = Subscriber.objects.reachable().filter(Exists(due)).order_by("pk").values_list("pk", flat=True)
    return sum(_send(pk, moments) for pk in list(subscribers))


@transaction.atomic
def _send(pk, moments) -> bool:
    locked = Subscriber.objects.reachable().select_for_update(of=["self"], no_key=True).select_related("person")
    subscriber = locked.filter(pk=pk).first()
    due = due_of(subscriber, moments) if subscriber else []
    if not due:
        return False
    digest = digest_of(subscriber, due)
    if not digest.is_empty:
        _queue(subscriber, digest, due)
        _remember(subscriber, digest)
    for one in due:
        one.subscription.sent_until = one.end
    Subscription.objects.bulk_update([one.subscription for one in due], ["sent_until"])
    return not digest.is_empty


def due_of(subscriber: Subscriber, moments: dict[str, datetime]) -> list[Due]:
    """What of the locked subscriber's subscriptions has a window that has ended."""
    found = []
    for one in subscriber.subscriptions.in_digests().for_list():
        end = moments[one.frequency]
        if one.sent_until < end:
            found.append(Due(one, max(one.sent_until, end - LOOK_BACK), end))
    return found


def digest_of(subscriber: Subscriber, due: list[Due]) -> Digest:
    """What happened in the windows of ``due`` and the subscriber has neither written nor been mailed."""
    reader = reader_of(subscriber)
    windows = [news.Window(news.wanted_by(one.subscription, reader), one.start, one.end) for one in due]
    posts = _news(subscriber, windows)
    start = min(one.start for one in due)
    topics = Topic.objects.visible_to(reader).visible().filter(last_posted_at__gte=start, is_sample=False)
    topics = topics.filter(Exists(posts.filter(topic=OuterRef("pk"))))
    found = list(topics.for_list().order_by("-published_at", "-pk")[: TOPICS + 1])
    return Digest(_told(found[:TOPICS], posts), len(found) > TOPICS, _others(subscriber, windows), posts)


def _news(subscriber, windows):
    told = DigestItem.objects.filter(subscriber=subscriber, kind=Post.search_kind, object_id=OuterRef("pk"))
    posts = news.posts_in(windows).filter(~Exists(told))
    if not subscriber.person_id:
        return posts
    mailed = Notice.objects.filter(person=subscriber.person_id, post=OuterRef("pk"), mailed_at__isnull=False)
    # An author who left is None, which is not "not the subscriber" for SQL.
    others = Q(author=None) | ~Q(author=subscriber.person_id)
    return posts.filter(others, ~Exists(mailed))


def _told(topics, posts) -> list[Told]:
    first = _first_posts(topics, posts)
    return [Told(topic, found, found[0].total - len(found)) for topic in topics if (found := first.get(topic.pk))]


def _first_posts(topics, news) -> dict[int, list[Post]]:
    """The first few of the new posts of each topic, with the `total` of them."""
    place = Window(RowNumber(), partition_by="topic", order_by="number")
    numbered = news.filter(topic__in=topics).annotate(place=place, total=Window(Count("pk"), partition_by="topic"))
    posts: dict[int, list[Post]] = {}
    for post in numbered.filter(place__lte=POSTS).order_by("topic", "number"):
        posts.setdefault(post.topic_id, []).append(post)
    return posts


def _others(subscriber, windows) -> list[Others]:
    """What else was published."""
    entries = news.entries_in(windows, MOST_COUNTED)
    if not entries:
        return []
    told = set(DigestItem.objects.filter(subscriber=subscriber).values_list("kind", "object_id"))
    found = []
    for kind in KINDS:
        pks = [pk for pk in entries.get(kind, ()) if (kind, pk) not in told]
        if pks and (items := _items(kind, pks)):
            found.append(Others(kind, items[:OTHERS], max(0, len(items) - OTHERS)))
    return found


def _items(kind, pks) -> list:
    """Those that are still public, and to come where that matters, the newest first."""
    items = news.CONTENT[kind].objects.published().filter(pk__in=pks, is_sample=False)
    if kind == "event":
        items = items.lasting()
    if kind != "organization":
        items = items.select_related("organization")
    return list(items.order_by("-published_at", "-pk"))


def _remember(subscriber, digest) -> None:
    """Who follows things of several frequencies must not hear of the same on Tuesday and again on Monday."""
    frequencies = subscriber.subscriptions.in_digests().order_by().values_list("frequency").distinct()
    if len(frequencies) < 2:
        return
    told = [(others.kind, item.pk) for others in digest.others for item in others.items]
    if digest.topics:
        posts = digest.posts.filter(topic__in=[one.topic for one in digest.topics])
        told += [(Post.search_kind, pk) for pk in posts.values_list("pk", flat=True)]
    items = [DigestItem(subscriber=subscriber, kind=kind, object_id=pk) for kind, pk in told]
    DigestItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=1_000)


def forget_old() -> None:
    """Delete what was told longer ago than any window reaches back."""
    DigestItem.objects.filter(at__lt=timezone.now() - LOOK_BACK).delete()


def _queue(subscriber, digest, due):
    stop = links.stop_address(links.Stop.DIGEST, subscriber.pk)
    start, end = min(one.start for one in due), max(one.end for one in due)
    queue_mail(
        to=subscriber.address,
        subject=_subject(digest, due),
        template="mail/forum/digest.txt",
        html_template="mail/forum/digest.html",
        context={
            "subscriber": subscriber,
            "person": subscriber.person,
            "digest": digest,
            "follows": [one.subscription for one in due[:FOLLOWS_NAMED]],
            "more_follows": max(0, len(due) - FOLLOWS_NAMED),
            "stop_url": stop,
            # Somebody with an account signs in to change the settings; others have nothing but this link.
            "manage_url": "" if subscriber.person_id else links.manage_address(subscriber.pk),
        },
        headers=links.stop_headers(stop),
        once=f"digest:{subscriber.pk}:{start:%Y-%m-%dT%H%M%S}:{end:%Y-%m-%d}",
    )


def _subject(digest, due) -> str:
    frequencies = {one.subscription.frequency for one in due}
    what = SUBJECTS[frequencies.pop()] if len(frequencies) == 1 else MIXED
    return f"{what}（{digest.counts}）"
