"""The workflow: every action from every status, its audit line, and two reviewers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.models import CaseStudy
from publishing.actions import ReasonMissing, TransitionNotAllowed, change_status
from publishing.models import Status, StatusChange
from publishing.workflow import TRANSITIONS
from search.models import Entry
from tests.factories import CaseStudyFactory, OrganizationFactory, secretariat

pytestmark = pytest.mark.django_db
D, S, W, P, R, C, X = (
    *(Status.DRAFT, Status.SUBMITTED, Status.SCHEDULED, Status.PUBLISHED),
    *(Status.RETURNED, Status.CLOSED, Status.DISCARDED),
)
NONE = dict.fromkeys(Status)
# What each action does from each status, written down once more; None is a refusal.
EXPECTED = {
    "submit": NONE | {D: S, R: S, C: S},
    "withdraw": NONE | {S: D, W: D},
    "publish": NONE | {D: P, S: P, W: P, C: P},
    "schedule": NONE | {D: W, S: W},
    "return": NONE | {S: R, W: R},
    "close": NONE | {P: C},
    "discard": NONE | {D: X, R: X},
    "restore": NONE | {X: D},
}
EVERY_CELL = [(action, status, target) for action, row in EXPECTED.items() for status, target in row.items()]


TOMORROW = timezone.now() + timedelta(days=1)


def case_with(status):
    return CaseStudyFactory(
        status=status,
        published_at=timezone.now() if status in (P, C) else None,
        publish_at=TOMORROW if status == W else None,
    )


def take(case, action):
    return change_status(case, action, by=secretariat(), note="理由です。", publish_at=TOMORROW)


def test_table_of_the_test_is_complete():
    assert set(EXPECTED) == set(TRANSITIONS)
    assert all(set(row) == set(Status) for row in EXPECTED.values())


@pytest.mark.parametrize(("action", "status", "target"), EVERY_CELL)
def test_every_action_from_every_status(action, status, target):
    case = case_with(status)

    if target is None:
        with pytest.raises(TransitionNotAllowed):
            take(case, action)
    else:
        assert take(case, action).status == target

    case.refresh_from_db()
    assert case.status == (target or status)
    assert StatusChange.objects.count() == (1 if target else 0)


def test_audit_line_says_who_when_from_where_to_where_and_why():
    case, reviewer = case_with(S), secretariat()

    change_status(case, "return", by=reviewer, note="写真の説明がありません。")

    change = case.status_changes.get()
    assert (change.action, change.from_status, change.to_status) == ("return", S, R)
    assert (change.by, change.note, change.item) == (reviewer, "写真の説明がありません。", case)
    assert timezone.now() - change.at < timedelta(minutes=1)
    assert str(change) == "申請中→差戻し"


def test_publishing_dates_and_confirms():
    case = change_status(case_with(S), "publish", by=secretariat())

    assert timezone.now() - case.published_at < timedelta(minutes=1)
    assert case.confirmed_at == timezone.localdate()


def test_publishing_again_keeps_the_first_date_and_confirms_anew():
    case = case_with(C)
    first = case.published_at
    CaseStudy.objects.filter(pk=case.pk).update(confirmed_at=date(2026, 4, 1))

    case = change_status(case, "publish", by=secretariat())

    assert case.published_at == first
    assert case.confirmed_at == timezone.localdate()


def test_only_the_status_is_written():
    case = case_with(S)
    CaseStudy.objects.filter(pk=case.pk).update(title="ほかの人が直した題名")

    change_status(case, "publish", by=secretariat())

    case.refresh_from_db()
    assert case.title == "ほかの人が直した題名"


def test_search_finds_an_item_from_its_publication_until_its_end():
    case = change_status(case_with(S), "publish", by=secretariat())
    entries = Entry.objects.filter(kind="case", object_id=case.pk)
    assert entries.exists()

    change_status(case, "close", by=secretariat())

    assert not entries.exists()


def test_failure_on_the_way_leaves_everything_as_it_was(monkeypatch):
    case = case_with(S)
    monkeypatch.setattr(CaseStudy, "after_change", lambda self: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        change_status(case, "publish", by=secretariat())

    case.refresh_from_db()
    assert case.status == S
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize("note", ["", "  \n"])
def test_returning_needs_a_reason(note):
    case = case_with(S)

    with pytest.raises(ReasonMissing):
        change_status(case, "return", by=secretariat(), note=note)

    case.refresh_from_db()
    assert case.status == S


def test_unknown_action_is_a_mistake_of_the_programmer():
    with pytest.raises(KeyError):
        change_status(case_with(S), "approve", by=secretariat())


@pytest.mark.parametrize("factory", [CaseStudyFactory, OrganizationFactory])
def test_published_item_without_a_date_is_refused_by_the_database(factory):
    with pytest.raises(IntegrityError, match="published_has_date"), transaction.atomic():
        factory(status=P)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_only_one_succeeds():
    case, reviewer = case_with(S), secretariat()

    def attempt(action):
        try:
            return change_status(case, action, by=reviewer, note="理由です。").status
        except TransitionNotAllowed:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(attempt, ["publish", "return"]))

    assert outcomes.count(None) == 1
    assert StatusChange.objects.count() == 1
    case.refresh_from_db()
    assert case.status in outcomes
