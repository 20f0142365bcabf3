"""Put invented content in that is marked 見本, or take it away again."""

from functools import partial

from django.core.management.base import BaseCommand, CommandError
from django.db.models import ProtectedError
from tqdm import tqdm

from forum.models import Board
from platform_site.content import samples
from platform_site.content.boards import SAMPLE_TOPICS
from platform_site.content.loading import (
    load_once,
    loaded,
    publish_case,
    publish_event,
    publish_organization,
    publish_policy,
    publish_topic,
)
from publishing.actions import remember_confirmed
from search.actions import indexed_together
from taxonomy import registry


class Command(BaseCommand):
    help = (
        "Loads invented organizations, cases, policies and events marked 見本, once; --remove takes exactly them away."
    )

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="take the samples away again")

    def handle(self, *args, verbosity, **options):
        self.verbosity = verbosity
        if options["remove"]:
            self._remove()
        else:
            self._load()

    @indexed_together()
    def _load(self):
        if not registry.prefectures():
            raise CommandError("There are no regions yet: run load_taxonomy first.")
        tasks = [*_organizations(), *_cases(), *_policies(), *_events(), *_topics()]
        count = 0
        for key, create in tqdm(tasks, desc="見本", disable=self.verbosity == 0):
            count += load_once(samples.PREFIX + key, create)
        self._say(f"{count} of {len(tasks)} samples loaded, the others were there already.")

    def _remove(self):
        try:
            count = samples.remove()
        except ProtectedError as error:
            names = "、".join(str(item) for item in list(error.protected_objects)[:5])
            raise CommandError(f"Other content belongs to a sample organization; change that first: {names}") from error
        self._say(f"{count} samples removed.")

    def _say(self, sentence):
        if self.verbosity:
            self.stdout.write(sentence)


def _organizations():
    for key, fields in samples.organizations().items():
        yield f"organization:{key}", partial(publish_organization, fields)


def _cases():
    for key, (organization, origin, fields) in samples.cases().items():
        yield f"case:{key}", partial(_case, organization, origin, fields)


def _case(organization, origin, fields):
    return publish_case(
        {**fields, "origin": _sample("case", origin) if origin else None},
        organization=_sample("organization", organization),
    )


def _policies():
    for key, (organization, before, used_by, fields) in samples.policies().items():
        yield f"policy:{key}", partial(_policy, organization, before, used_by, fields)


def _policy(organization, before, used_by, fields):
    policy = publish_policy(
        {**fields, "predecessor": _sample("policy", before) if before else None},
        organization=_sample("organization", organization),
    )
    for case in filter(None, (_sample("case", key) for key in used_by)):
        case.policies.add(policy)
        remember_confirmed(case, by=None)
        case.after_change()
    return policy


def _events():
    for key, (organization, helpers, cases, fields) in samples.events().items():
        yield f"event:{key}", partial(_event, organization, helpers, cases, fields)


def _event(organization, helpers, cases, fields):
    fields = dict(fields)
    series = fields.pop("series", "")
    helping = [_sample("organization", key) for key in helpers]
    owner = _sample("organization", organization)
    event = publish_event(fields, organization=owner, co_organizers=helping, series=series)
    for case in filter(None, (_sample("case", key) for key in cases)):
        case.events.add(event)
        remember_confirmed(case, by=None)
        case.after_change()
    return event


def _topics():
    boards = set(Board.objects.values_list("slug", flat=True))
    for key, fields in SAMPLE_TOPICS.items():
        # The boards are those of the initial content, and the secretariat may have given one up.
        if fields["board"] in boards:
            yield f"topic:{key}", partial(_topic, dict(fields))


def _topic(fields):
    fields["title"] = samples.MARK + fields["title"]
    posts, best, days_ago = fields.pop("posts"), fields.pop("best", 0), fields.pop("days_ago")
    return publish_topic({**fields, "is_sample": True}, posts=posts, best=best, days_ago=days_ago)


def _sample(kind, key):
    return loaded(f"{samples.PREFIX}{kind}:{key}")
