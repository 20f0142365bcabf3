"""Publication at a set time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from cases.models import CaseStudy
from organizations.models import Organization
from publishing.actions import change_status
from publishing.models import Status
from publishing.scheduling import SomeNotPublished, publish_due
from search.models import Entry
from tests.factories import CaseStudyFactory, OrganizationFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def scheduled(in_=-HOUR, factory=CaseStudyFactory):
    return factory(status=Status.SCHEDULED, publish_at=timezone.now() + in_)


def test_what_is_due_is_published_in_the_name_of_nobody_and_its_people_told(django_capture_on_commit_callbacks):
    case, organization = scheduled(), scheduled(factory=OrganizationFactory)
    person = member_of(case.organization)

    with django_capture_on_commit_callbacks(execute=True):
        assert publish_due() == 2

    case.refresh_from_db()
    assert case.status == Organization.objects.get(pk=organization.pk).status == Status.PUBLISHED
    assert case.confirmed_at == timezone.localdate()
    change = case.status_changes.get()
    assert (change.by, change.from_status, change.to_status) == (None, Status.SCHEDULED, Status.PUBLISHED)
    assert "自動" in change.note
    assert Entry.objects.filter(kind="case", object_id=case.pk).exists()
    assert [m.to for m in mail.outbox] == [[person.email]]
    assert "公開しました" in mail.outbox[0].subject


def test_what_is_not_due_waits(time_machine):
    time_machine.move_to("2026-12-31T23:59:30+09:00", tick=False)
    case = scheduled(in_=timedelta(minutes=1))

    assert publish_due() == 0
    time_machine.move_to("2027-01-01T00:00:31+09:00", tick=False)
    assert publish_due() == 1
    assert publish_due() == 0

    assert CaseStudy.objects.get().published_at == timezone.now()
    assert case.publish_at < timezone.now()


def test_one_item_that_fails_does_not_hold_up_the_others(monkeypatch, caplog):
    broken, fine = scheduled(in_=-2 * HOUR), scheduled()
    after_change = CaseStudy.after_change

    def fail_for_one(case):
        if case.pk == broken.pk:
            raise RuntimeError("no")
        after_change(case)

    monkeypatch.setattr(CaseStudy, "after_change", fail_for_one)

    with pytest.raises(SomeNotPublished, match=str(broken.pk)):
        publish_due()

    fine.refresh_from_db()
    broken.refresh_from_db()
    assert (fine.status, broken.status) == (Status.PUBLISHED, Status.SCHEDULED)
    assert str(broken.pk) in caplog.text


def test_what_its_members_took_back_a_moment_ago_stays_a_draft(monkeypatch):
    case = scheduled()
    person = member_of(case.organization)
    found = list(CaseStudy.objects.due(timezone.now()))
    change_status(case, "withdraw", by=person)
    monkeypatch.setattr(type(CaseStudy.objects.all()), "due", lambda self, now: found)

    publish_due()

    case.refresh_from_db()
    assert case.status == Status.DRAFT


def test_closed_and_published_items_are_left_alone():
    CaseStudyFactory(published=True, publish_at=timezone.now() - HOUR)
    CaseStudyFactory(status=Status.CLOSED, published_at=timezone.now(), publish_at=timezone.now() - HOUR)

    assert publish_due() == 0


def test_scheduling_by_a_reviewer_leads_to_publication(time_machine):
    time_machine.move_to("2028-02-28T10:00:00+09:00", tick=False)
    case = CaseStudyFactory()
    change_status(case, "submit", by=member_of(case.organization))
    change_status(case, "schedule", by=secretariat(), publish_at=timezone.now() + timedelta(days=1))

    time_machine.move_to("2028-02-29T10:00:00+09:00", tick=False)

    assert publish_due() == 1
    assert timezone.localdate(CaseStudy.objects.get(pk=case.pk).published_at).isoformat() == "2028-02-29"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_each_item_once():
    cases = [scheduled() for _ in range(4)]

    def work():
        try:
            return publish_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: work(), range(2)))

    assert sum(counts) == 4
    assert all(case.status_changes.count() == 1 for case in cases)
