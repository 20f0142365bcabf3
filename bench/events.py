"""Events in the benchmark's own databases, one for every five cases, the same in every run."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from bench.policies import BATCH, NEWEST, made_up_owners

CASES_PER_EVENT = 5
# Around this day half of them are over. The benchmark's visitors ask for days, so that its age does not matter.
MIDDLE = date(2026, 12, 1)
DAYS_AROUND = 700


def prepare(cases: int) -> bool:
    """Complete the database that is in use; tells whether there was anything to write."""
    from events.models import Event

    random = Random(20260403)
    wanted, there = max(1, cases // CASES_PER_EVENT), Event.objects.count()
    owners = made_up_owners()
    for start in range(there, wanted, BATCH):
        with transaction.atomic():
            _write([_event(random, owners, number) for number in range(start, min(start + BATCH, wanted))], random)
    return there < wanted


def _event(random: Random, owners: list, number: int):
    from events.choices import Access, Application, Audience, EventKind, Format
    from events.models import Event
    from platform_site.bulk import vocabulary
    from publishing.models import Status

    def words(text: str, count: int) -> str:
        return "と".join(random.sample(text.split(), count))

    day = MIDDLE + timedelta(days=random.randrange(-DAYS_AROUND, DAYS_AROUND))
    hour = random.choice((9, 10, 13, 14, 18))
    what = f"{words(vocabulary.PLACES, 1)}での{words(vocabulary.TOOLS, 1)}"
    return Event(
        title=f"{what}を考える会{number}"[:100],
        summary=f"{words(vocabulary.PEOPLE, 2)}のための{what}について話し合います。",
        content="\n\n".join(
            f"{words(vocabulary.PROBLEMS, 2)}に取り組み、{words(vocabulary.EFFECTS, 2)}をめざします。" for _ in range(4)
        ),
        kind=random.choice(EventKind.values),
        format=random.choice(Format.values),
        start_date=day,
        end_date=day,
        start_time=time(hour),
        end_time=time(hour + 2),
        venue=f"{words(vocabulary.PLACES, 1)}会館",
        fee=random.choice((0, 0, 500, None)),
        audience=random.sample(Audience.values, random.choice((1, 2))),
        accessibility=random.sample(Access.values, random.choice((0, 1, 2))),
        application=random.choice(Application.values),
        organization=random.choice(owners),
        status=Status.PUBLISHED,
        published_at=min(NEWEST, datetime.combine(day, time(), NEWEST.tzinfo) - timedelta(days=40)),
        confirmed_at=NEWEST.date(),
        is_sample=True,
    )


def _write(events: list, random: Random) -> None:
    from events.models import Event
    from search.actions import write_entries
    from taxonomy.models import Region, Theme

    places = list(Region.objects.filter(code__regex="^[0-9]{6}$").values_list("pk", flat=True))
    themes = list(Theme.objects.values_list("pk", flat=True))
    created = Event.objects.bulk_create(events)
    for name, key, values, count in (("regions", "region_id", places, 1), ("themes", "theme_id", themes, 2)):
        through = getattr(Event, name).through
        drawn = [(event, value) for event in created for value in random.sample(values, count)]
        through.objects.bulk_create(through(event_id=event.pk, **{key: value}) for event, value in drawn)
    write_entries(list(Event.objects.for_index().filter(pk__in=[event.pk for event in created])))
