"""Puts content in once: what a key has put in before is left as people have made it since."""

from collections.abc import Callable, Mapping

from django.db import models, transaction

from cases.models import CaseLink, CaseStudy, CaseVideo
from events.models import Event, EventSeries
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


def _publish(item, regions, themes):
    item.regions.set(regions)
    item.themes.set(Theme.objects.filter(slug__in=themes))
    return change_status(item, "publish", by=None)
