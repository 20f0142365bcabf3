"""Puts content in once: what a key has put in before is left as people have made it since."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from cases.models import CaseLink, CaseStudy, CaseVideo
from events.models import Event, EventSeries
from forum.indexing import index_all_of
from forum.markup import render_post
from forum.models import Board, Post, Topic
from organizations.models import Organization
from platform_site.models import LoadedContent
from policies.models import Policy
from publishing.actions import change_status
from taxonomy.models import Theme


def load_once(key: str, create: Callable[[], models.Model]) -> bool:
    """Create the item unless ``key`` was loaded before; tells whether it did."""
    if LoadedContent.objects.filter(key=key).exists():
        return False
    LoadedContent.objects.create(key=key, item=create())
    return True


def loaded(key: str) -> models.Model | None:
    """The item that ``key`` became, or None if it was never loaded or is gone."""
    record = LoadedContent.objects.filter(key=key).first()
    return record.item if record else None


@transaction.atomic
def publish_organization(fields: Mapping) -> Organization:
    """Create and publish an organization; ``regions`` are codes, ``themes`` are slugs."""
    fields = dict(fields)
    regions, themes = fields.pop("regions", ()), fields.pop("themes", ())
    organization = Organization.objects.create(**fields)
    return _publish(organization, regions, themes)


@transaction.atomic
def publish_case(fields: Mapping, *, organization, partners=(), events=()) -> CaseStudy:
    """Create and publish a case; ``videos`` and ``links`` are (title, address), ``tags`` are words."""
    fields = dict(fields)
    regions, themes = fields.pop("regions"), fields.pop("themes")
    tags, videos, links = fields.pop("tags", ()), fields.pop("videos", ()), fields.pop("links", ())
    case = CaseStudy.objects.create(organization=organization, **fields)
    case.partner_organizations.set(partners)
    case.events.set(events)
    case.tags.set(tags)
    CaseVideo.objects.bulk_create(CaseVideo(case=case, title=title, url=url) for title, url in videos)
    CaseLink.objects.bulk_create(CaseLink(case=case, title=title, url=url) for title, url in links)
    return _publish(case, regions, themes)


@transaction.atomic
def publish_policy(fields: Mapping, *, organization) -> Policy:
    """Create and publish a policy; ``amounts`` are (label, yen, per what, note), ``questions`` (question, answer)."""
    fields = dict(fields)
    regions, themes, tags = fields.pop("regions"), fields.pop("themes", ()), fields.pop("tags", ())
    amounts, questions = fields.pop("amounts", ()), fields.pop("questions", ())
    policy = Policy.objects.create(organization=organization, **fields)
    policy.tags.set(tags)
    for position, (label, amount, per, note) in enumerate(amounts):
        policy.amounts.create(label=label, amount=amount, per=per, note=note, position=position)
    for position, (question, answer) in enumerate(questions):
        policy.questions.create(question=question, answer=answer, position=position)
    return _publish(policy, regions, themes)


@transaction.atomic
def publish_event(fields: Mapping, *, organization, co_organizers=(), series="") -> Event:
    """Create and publish an event; ``videos`` are (title, address), perhaps with (…, chapters, transcript)."""
    fields = dict(fields)
    regions, themes, tags = fields.pop("regions", ()), fields.pop("themes", ()), fields.pop("tags", ())
    videos = fields.pop("videos", ())
    if series:
        fields["series"], _ = EventSeries.objects.get_or_create(organization=organization, title=series)
    event = Event.objects.create(organization=organization, **fields)
    event.co_organizers.set(co_organizers)
    event.tags.set(tags)
    for position, video in enumerate(videos):
        texts = dict(zip(("title", "url", "chapters", "transcript"), video, strict=False))
        event.videos.create(**texts, position=position)
    return _publish(event, regions, themes)


@transaction.atomic
def publish_topic(fields: Mapping, *, posts, best=0, days_ago=0, pinned=False) -> Topic:
    """Create a topic nobody's account has written; ``posts`` are (how the author is called, text)."""
    fields = dict(fields)
    themes, regions = fields.pop("themes", ()), fields.pop("regions", ())
    board = Board.objects.get(slug=fields.pop("board"))
    begun = timezone.now() - timedelta(days=days_ago)
    topic = Topic.objects.create(
        board=board,
        published_at=begun,
        last_posted_at=begun + timedelta(hours=len(posts) - 1),
        last_number=len(posts),
        reply_count=len(posts) - 1,
        answered_at=begun + timedelta(hours=1) if len(posts) > 1 else None,
        pinned_at=begun if pinned else None,
        **fields,
    )
    topic.themes.set(Theme.objects.filter(slug__in=themes))
    topic.regions.set(regions)
    for number, (name, body) in enumerate(posts, start=1):
        post = Post.objects.create(topic=topic, number=number, byline=name, body=body, html=render_post(body))
        Post.objects.filter(pk=post.pk).update(created_at=begun + timedelta(hours=number - 1))
        if number == best:
            topic.best_answer, topic.solved_at = post, begun + timedelta(days=1)
            topic.save()
    index_all_of(topic)
    return topic


def _publish(item, regions, themes):
    item.regions.set(regions)
    item.themes.set(Theme.objects.filter(slug__in=themes))
    return change_status(item, "publish", by=None)
