"""The invented content that is marked 見本: put in once for all tests here, each of which leaves it as it was."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from cases.models import CaseStudy
from organizations.models import Organization
from platform_site.models import LoadedContent
from policies.application import ApplicationState
from policies.models import Policy
from publishing.actions import change_status, confirmed_content
from publishing.content import content_of, differences
from publishing.models import ConfirmedContent, FreshnessQuestion, Review, StatusChange
from search.models import Entry
from taxonomy.models import Theme
from tests.factories import CaseStudyFactory, UserFactory

# In one process, so that they are put in once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("samples")]


@pytest.fixture(scope="module", autouse=True)
def _samples(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_sample_content", verbosity=0)
        yield
        transaction.set_rollback(True)


def remove_samples():
    call_command("load_sample_content", remove=True, verbosity=0)


def rows() -> list[int]:
    return [model.objects.count() for model in (StatusChange, Entry, LoadedContent)]


def test_samples_are_many_varied_and_marked(client):
    cases, organizations = CaseStudy.objects.all(), Organization.objects.all()
    assert (cases.count(), organizations.count()) == (60, 25)
    assert all(case.is_sample and case.title.startswith("【見本】") for case in cases)
    assert all(organization.is_sample and organization.name.startswith("【見本】") for organization in organizations)
    assert len(set(cases.values_list("title", flat=True))) == 60
    assert len({code[:2] for code in cases.values_list("regions", flat=True)}) >= 30
    assert Theme.objects.filter(cases__isnull=False).distinct().count() == 23
    assert not re.search(r"[{}]", " ".join(cases.values_list("summary", flat=True)))
    assert "これは見本です" in client.get(cases[0].get_absolute_url()).content.decode()


def test_removing_takes_exactly_the_samples_away():
    before = rows()
    call_command("load_initial_content", verbosity=0)
    kept = CaseStudyFactory(published=True, is_sample=True)
    others = [now - then for now, then in zip(rows(), before, strict=True)]

    remove_samples()

    assert rows() == others
    assert CaseStudy.objects.filter(is_sample=True).get() == kept
    assert CaseStudy.objects.count() == 5


def test_removing_takes_along_what_hangs_on_a_sample():
    case = CaseStudy.objects.filter(is_sample=True).first()
    change_status(case, "close", by=None)
    change_status(case, "submit", by=None)
    FreshnessQuestion.objects.create(
        item=case, person=UserFactory(), asked_on=case.confirmed_at, confirmed_at=case.confirmed_at
    )

    remove_samples()

    for model in (StatusChange, Review, ConfirmedContent, FreshnessQuestion):
        assert not model.objects.exists(), model


def test_most_samples_are_fresh_and_some_show_what_stale_looks_like():
    assert sum(case.is_stale for case in CaseStudy.objects.all()) in range(3, 8)


def test_sample_policies_show_every_state_whatever_the_day_is(client):
    policies = Policy.objects.all()
    assert all(policy.is_sample and policy.title.startswith("【見本】") for policy in policies)
    assert {policy.state for policy in policies} == {*ApplicationState, None}
    assert len({policy.kind for policy in policies}) >= 4
    newer = policies.get(predecessor__isnull=False)
    assert newer.fiscal_year == newer.predecessor.fiscal_year + 1
    changes = client.get(reverse("policies:changes", args=[newer.pk])).content.decode()
    assert "200千円" in changes
    assert "300千円" in changes
    page = client.get(newer.get_absolute_url()).content.decode()
    assert "これは見本です" in page
    case = newer.cases.order_by("pk").first()
    assert case.title in page
    assert newer.title in client.get(case.get_absolute_url()).content.decode()
    assert differences(case, confirmed_content(case), content_of(case)) == []


def test_samples_that_carry_other_content_stay():
    CaseStudyFactory(organization=Organization.objects.first(), title="人が書いた事例")

    with pytest.raises(CommandError, match="人が書いた事例"):
        remove_samples()

    assert CaseStudy.objects.count() == 61
    assert Organization.objects.count() == 25
