"""Policies in the benchmark's own databases, one for every five cases, the same in every run."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from django.db import transaction

NEWEST = datetime(2026, 4, 1, tzinfo=UTC)
BATCH = 500
CASES_PER_POLICY = 5
OWNER = "測定のための機関"


def prepare(cases: int) -> bool:
    """Complete the database that is in use: policies by made-up government bodies, with their index.

    Tells whether there was anything to write.
    """
    from policies.models import Policy

    random = Random(20260402)
    wanted, there = max(1, cases // CASES_PER_POLICY), Policy.objects.count()
    owners = made_up_owners()
    for start in range(there, wanted, BATCH):
        with transaction.atomic():
            _write([_policy(random, owners, number) for number in range(start, min(start + BATCH, wanted))], random)
    return there < wanted


def made_up_owners() -> list:
    from organizations.models import Organization, OrganizationKind
    from taxonomy import registry

    found = list(Organization.objects.filter(name__startswith=OWNER).order_by("pk"))
    return found or [
        Organization.objects.create(
            name=f"{OWNER}（{region.name}）", kind=OrganizationKind.PREFECTURE, summary="測定用"
        )
        for region in registry.prefectures()
    ]


def _policy(random: Random, owners: list, number: int):
    from platform_site.bulk import vocabulary
    from policies.models import Applicant, Policy, PolicyKind
    from publishing.models import Status

    def words(text: str, count: int) -> str:
        return "と".join(random.sample(text.split(), count))

    published_at = NEWEST - timedelta(days=random.random() * 1500)
    opens_on = date(published_at.year, 4, 1)
    what = f"{words(vocabulary.PLACES, 1)}での{words(vocabulary.TOOLS, 1)}"
    return Policy(
        title=f"{what}を支える事業{number}"[:100],
        summary=f"{words(vocabulary.PEOPLE, 2)}のための{what}を支える事業です。",
        content="\n\n".join(
            f"{words(vocabulary.PROBLEMS, 2)}に取り組み、{words(vocabulary.EFFECTS, 2)}をめざします。" for _ in range(8)
        ),
        organization=random.choice(owners),
        fiscal_year=published_at.year,
        kind=random.choice(PolicyKind.values),
        applicants=random.sample(Applicant.values, random.choice((1, 2, 3))),
        opens_on=opens_on if random.random() < 0.7 else None,
        closes_on=opens_on + timedelta(days=random.randrange(30, 330)) if random.random() < 0.7 else None,
        status=Status.PUBLISHED,
        published_at=published_at,
        confirmed_at=published_at.date(),
        is_sample=True,
    )


def _write(policies: list, random: Random) -> None:
    from policies.models import Policy, PolicyAmount
    from search.actions import write_entries
    from taxonomy.models import Region, Theme

    places = list(Region.objects.prefectures().values_list("pk", flat=True))
    themes = list(Theme.objects.values_list("pk", flat=True))
    created = Policy.objects.bulk_create(policies)
    for name, key, values in (("regions", "region_id", places), ("themes", "theme_id", themes)):
        through = getattr(Policy, name).through
        drawn = [(policy, value) for policy in created for value in random.sample(values, 2)]
        through.objects.bulk_create(through(policy_id=policy.pk, **{key: value}) for policy, value in drawn)
    PolicyAmount.objects.bulk_create(
        PolicyAmount(policy=policy, label="標準額", amount=random.randrange(1, 200) * 100_000, per="市町村")
        for policy in created
    )
    write_entries(list(Policy.objects.for_index().filter(pk__in=[policy.pk for policy in created])))
