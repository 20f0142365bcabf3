"""The model: its days, its constraints, and what lists know of it."""

from datetime import date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.roles import OrganizationRole
from organizations.models import OrganizationKind
from policies.actions import renew_due
from policies.application import ApplicationState, next_change, state_on
from policies.models import Policy, PolicyAmount, PolicyKind
from publishing.actions import change_status
from publishing.content import content_of, differences, restore
from search.actions import index
from search.counting import counts
from search.matching import page_of_hits
from search.models import Entry
from search.request import Request, Sort
from tests.factories import OrganizationFactory, PolicyFactory, UserFactory, member_of

OPENS, CLOSES = date(2026, 4, 1), date(2026, 6, 30)
pytestmark = pytest.mark.django_db


def noon(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 3, 31), ApplicationState.BEFORE),
        (OPENS, ApplicationState.OPEN),
        (date(2026, 6, 15), ApplicationState.OPEN),
        (date(2026, 6, 16), ApplicationState.CLOSING),
        (CLOSES, ApplicationState.CLOSING),
        (date(2026, 7, 1), ApplicationState.CLOSED),
    ],
)
def test_the_state_follows_the_days(today, state):
    assert state_on(today, OPENS, CLOSES) == state


def test_states_without_days():
    assert state_on(OPENS, None, None) is None
    assert state_on(OPENS, None, None, is_always_open=True) == ApplicationState.ALL_YEAR
    assert state_on(CLOSES, OPENS, None) == ApplicationState.OPEN
    assert state_on(OPENS, None, CLOSES) == ApplicationState.OPEN


def test_every_day_on_which_the_state_changes_is_known_beforehand():
    """Walking from change to change meets every state, and nothing changes in between."""
    shown_until = date(2026, 12, 31)
    changes, day = [], date(2026, 1, 1)
    while day := next_change(day, OPENS, CLOSES, shown_until):
        changes.append(day)

    assert changes == [OPENS, date(2026, 6, 16), date(2026, 7, 1), date(2027, 1, 1)]


@pytest.mark.parametrize(
    "fields",
    [
        {"opens_on": CLOSES, "closes_on": OPENS},
        {"is_always_open": True, "closes_on": CLOSES},
        {"subsidy_permille": 0},
        {"subsidy_permille": 1001},
        {"budget": 0},
        {"fiscal_year": 1988},
        {"fiscal_year": 2101},
    ],
)
def test_the_database_refuses_what_cannot_be(fields):
    policy = PolicyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(**fields)


def test_a_policy_is_not_its_own_predecessor():
    policy = PolicyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(predecessor=policy)


@pytest.mark.parametrize("fields", [{"amount": 0}, {"amount": -1}, {"label": ""}])
def test_amounts_are_positive_and_named(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyAmount.objects.create(**{"policy": PolicyFactory(), "label": "第1層", "amount": 1, **fields})


@pytest.mark.parametrize(
    "kind", [OrganizationKind.MINISTRY, OrganizationKind.PREFECTURE, OrganizationKind.MUNICIPALITY]
)
def test_members_of_government_organizations_may_edit(kind):
    policy = PolicyFactory(organization=OrganizationFactory(kind=kind))
    member = member_of(policy.organization, OrganizationRole.EDITOR)

    assert Policy.objects.editable_by(member).get() == policy
    assert not Policy.objects.editable_by(UserFactory()).exists()


def test_members_of_other_organizations_may_not():
    policy = PolicyFactory(organization=OrganizationFactory(kind=OrganizationKind.NPO))

    assert not Policy.objects.editable_by(member_of(policy.organization)).exists()


def found(**parameters):
    return [hit.object_id for hit in page_of_hits(Request("policy", **parameters), 0, 20)]


@time_machine.travel(noon(date(2026, 5, 1)), tick=False)
def test_the_facets_are_counted_each_as_if_only_it_were_open():
    one = PolicyFactory(published=True, kind=PolicyKind.PROGRAM, applicants=["municipality"], opens_on=OPENS)
    two = PolicyFactory(published=True, kind=PolicyKind.HANDBOOK, applicants=["municipality", "prefecture"])
    PolicyFactory(kind=PolicyKind.HANDBOOK)

    counted = counts(Request("policy", choices=(("kind", ("program",)),)))

    assert counted.total == 1
    assert counted.of_choice("kind", "handbook") == 1
    assert counted.of_choice("for", "municipality") == 1
    assert counted.of_choice("open", "now") == 1
    assert counts(Request("policy")).of_choice("for", "municipality") == 2
    assert found(choices=(("for", ("prefecture",)),)) == [two.pk]
    assert found(choices=(("year", ("2025",)), ("open", ("now",)))) == [one.pk]
    assert found(choices=(("ministry", (str(two.organization_id),)),)) == [two.pk]


@time_machine.travel(noon(date(2026, 5, 1)), tick=False)
def test_the_nearest_day_to_come_stands_first_and_what_is_over_last():
    over = PolicyFactory(published=True, closes_on=date(2026, 4, 30))
    none = PolicyFactory(published=True)
    late = PolicyFactory(published=True, closes_on=date(2026, 8, 1))
    soon = PolicyFactory(published=True, closes_on=date(2026, 5, 1))

    assert found(sort=Sort.DEADLINE) == [soon.pk, late.pk, none.pk, over.pk]


def test_the_largest_amount_stands_first():
    none = PolicyFactory(published=True)
    small, large = PolicyFactory(published=True), PolicyFactory(published=True)
    for policy, amounts in ((small, [300_000]), (large, [1, 8_000_000])):
        for amount in amounts:
            policy.amounts.create(label="標準額", amount=amount)
        index(policy)

    assert found(sort=Sort.AMOUNT) == [large.pk, small.pk, none.pk]


def test_past_its_display_it_leaves_the_lists():
    today = timezone.localdate()
    past = PolicyFactory(published=True, shown_until=today - timezone.timedelta(days=1))
    last_day = PolicyFactory(published=True, shown_until=today)

    assert found() == [last_day.pk]
    assert list(Policy.objects.listed()) == [last_day]
    assert [policy.is_listed for policy in (past, last_day)] == [False, True]
    assert set(Policy.objects.published()) == {past, last_day}


def test_the_job_renews_what_a_day_has_changed():
    with time_machine.travel(noon(date(2026, 3, 1)), tick=False):
        policy = PolicyFactory(published=True, opens_on=OPENS, closes_on=CLOSES, shown_until=CLOSES)
        assert found(choices=(("open", ("now",)),)) == []
        assert renew_due() == 0
    with time_machine.travel(noon(date(2026, 4, 3)), tick=False):
        assert renew_due() == 1
        assert renew_due() == 0
        assert found(choices=(("open", ("now",)),)) == [policy.pk]
        assert "受付中" in Entry.objects.get(kind="policy", object_id=policy.pk).card.html
    with time_machine.travel(noon(date(2026, 6, 20)), tick=False):
        renew_due()
        assert "締切間近" in Entry.objects.get(kind="policy", object_id=policy.pk).card.html
    with time_machine.travel(noon(date(2026, 7, 1)), tick=False):
        renew_due()
        assert found() == []


def test_the_worker_knows_the_job():
    assert "policies.renew_due" in app.tasks


def test_content_can_be_compared_and_put_back():
    policy = PolicyFactory(published=True, applicants=["municipality"], closes_on=CLOSES, subsidy_permille=385)
    amount = policy.amounts.create(label="第1層", amount=8_000_000, per="市町村")
    before = content_of(policy)

    policy.applicants, policy.closes_on, policy.subsidy_permille = ["prefecture", "npo"], None, 500
    policy.fiscal_year, policy.budget = 2026, 180_000_000_000
    policy.save()
    amount.delete()
    policy.amounts.create(label="第1層", amount=9_000_000, per="市町村")
    changes = {change.name: (change.before, change.after) for change in differences(policy, before, content_of(policy))}

    assert changes["applicants"] == ("市町村", "都道府県、NPO・社団・財団")
    assert changes["closes_on"] == ("令和8年6月30日", "")
    assert changes["subsidy_permille"] == ("38.5%", "50%")
    assert changes["fiscal_year"] == ("令和7年度（2025年度）", "令和8年度（2026年度）")
    assert changes["budget"] == ("", "1,800億円")
    assert changes["amounts"] == ("第1層／8,000千円／市町村", "第1層／9,000千円／市町村")

    restore(policy, before)
    policy.refresh_from_db()
    assert policy.applicants == ["municipality"]
    assert policy.closes_on == CLOSES
    assert [row.amount for row in policy.amounts.all()] == [8_000_000]


def test_closing_takes_it_out_of_the_index():
    policy = PolicyFactory(published=True)

    change_status(policy, "close", by=None)

    assert found() == []
