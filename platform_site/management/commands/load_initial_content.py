"""Put the portal's first real content in: organizations, policies, cases, links, a notice, synonyms."""

from functools import partial

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from forum.models import Board
from platform_site.content import initial
from platform_site.content.boards import BOARDS, WELCOME
from platform_site.content.first_steps import CHECKLIST, READINGS
from platform_site.content.loading import (
    load_once,
    loaded,
    publish_case,
    publish_event,
    publish_organization,
    publish_policy,
    publish_topic,
)
from platform_site.content.policies import POLICIES
from platform_site.models import Announcement, RelatedLink
from search.actions import indexed_together
from search.models import Synonym
from start.models import ChecklistStep, Reading
from taxonomy.models import Region

# The organization behind all policies, by its key.
MINISTRY = "mhlw"


class Command(BaseCommand):
    help = "Loads the initial content once; what was edited or removed afterwards is left alone."

    @indexed_together()
    def handle(self, *args, verbosity, **options):
        if not Region.objects.exists():
            raise CommandError("There are no regions yet: run load_taxonomy first.")
        tasks = [*_organizations(), *_policies(), *_events(), *_cases(), *_boards()]
        tasks += [*_links(), *_announcements(), *_synonyms(), *_first_steps()]
        count = 0
        for key, create in tqdm(tasks, desc="初期の内容", disable=verbosity == 0):
            count += load_once(f"initial:{key}", create)
        if verbosity:
            self.stdout.write(f"{count} of {len(tasks)} items loaded, the others were there already.")


def _organizations():
    for key, fields in initial.ORGANIZATIONS.items():
        yield f"organization:{key}", partial(publish_organization, fields)


def _policies():
    for key, fields in POLICIES.items():
        yield f"policy:{key}", partial(_policy, fields)


def _policy(fields):
    return publish_policy(fields, organization=loaded(f"initial:organization:{MINISTRY}"))


def _events():
    for key, fields in initial.EVENTS.items():
        yield f"event:{key}", partial(_event, key, fields)


def _event(key, fields):
    event = publish_event(fields, organization=loaded(f"initial:organization:{MINISTRY}"))
    # Where the cases were loaded by an earlier release they learn of it now.
    for name, case_fields in initial.CASES.items():
        if key in case_fields.get("events_of", ()) and (case := loaded(f"initial:case:{name}")):
            case.events.add(event)
            case.after_change()
    return event


def _cases():
    for key, fields in initial.CASES.items():
        yield f"case:{key}", partial(_case, fields)


def _case(fields):
    fields = dict(fields)
    organization = loaded(f"initial:organization:{fields.pop('organization')}")
    partners = [loaded(f"initial:organization:{key}") for key in fields.pop("partners_of", ())]
    events = [loaded(f"initial:event:{key}") for key in fields.pop("events_of", ())]
    return publish_case(fields, organization=organization, partners=partners, events=events)


def _links():
    for position, (key, fields) in enumerate(initial.LINKS.items()):
        # The address is the link's own key: somebody may have entered it by hand.
        create = partial(
            RelatedLink.objects.get_or_create, url=fields["url"], defaults={**fields, "position": position}
        )
        yield f"link:{key}", partial(_first, create)


def _announcements():
    for key, fields in initial.ANNOUNCEMENTS.items():
        yield f"announcement:{key}", partial(Announcement.objects.create, **fields, published_on=timezone.localdate())


def _synonyms():
    for key, words in initial.SYNONYMS.items():
        yield f"synonym:{key}", partial(_first, partial(Synonym.objects.get_or_create, words=words))


def _first_steps():
    for position, (key, fields) in enumerate(CHECKLIST.items()):
        yield f"checklist:{key}", partial(ChecklistStep.objects.create, **fields, position=position)
    for written, kana in READINGS.items():
        create = partial(Reading.objects.get_or_create, written=written, defaults={"kana": kana})
        yield f"reading:{written}", partial(_first, create)


def _boards():
    for position, (slug, fields) in enumerate(BOARDS.items()):
        create = partial(Board.objects.get_or_create, slug=slug, defaults={**fields, "position": position})
        yield f"board:{slug}", partial(_first, create)
    yield "topic:welcome", _welcome


def _welcome():
    fields = dict(WELCOME)
    post = (fields.pop("byline"), fields.pop("body"))
    return publish_topic(fields, posts=[post], pinned=True)


def _first(get_or_create):
    return get_or_create()[0]
