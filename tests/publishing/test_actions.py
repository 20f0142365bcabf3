"""Edits of public items, the queue, conflicts, and who is told."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.http import QueryDict
from django.utils import timezone

from cases.models import CaseStudy
from publishing import working_copies
from publishing.actions import (
    AlreadyDecided,
    ChangedMeanwhile,
    TransitionNotAllowed,
    change_status,
    confirm_changes,
    create,
    roll_back,
    save_changes,
)
from publishing.content import differences
from publishing.models import ConfirmedContent, Decision, Review, ReviewReason, Status, WorkingCopy
from publishing.workflow import available_actions
from search.models import Card
from tests.factories import CaseStudyFactory, OrganizationFactory, UserFactory, member_of, owner_of, secretariat

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(title="朝市の送迎", content="週に1回、朝市まで送迎しています。")


@pytest.fixture
def editor(case):
    return member_of(case.organization)


@pytest.fixture
def published(case, editor):
    change_status(case, "submit", by=editor)
    return change_status(case, "publish", by=secretariat())


def titled(title):
    def write(item):
        item.title = title
        item.save()

    return write


def test_submitting_enters_the_queue_with_a_receipt_number_and_tells_the_members(
    case, editor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        case = change_status(case, "submit", by=editor)

    review = Review.objects.open().get()
    assert (review.reason, review.title, review.submitted_by) == (ReviewReason.NEW, "朝市の送迎", editor)
    assert case.receipt_number.startswith("T-")
    assert [message.to for message in mail.outbox] == [[editor.email]]
    assert case.receipt_number in mail.outbox[0].body


def test_returning_ends_the_review_and_mails_reason_and_comments(case, editor, django_capture_on_commit_callbacks):
    change_status(case, "submit", by=editor)
    reviewer = secretariat()

    with django_capture_on_commit_callbacks(execute=True):
        change_status(
            case, "return", by=reviewer, note="ありがとうございます。", comments={"summary": "短くしてください。"}
        )

    review = Review.objects.get()
    assert (review.decision, review.decided_by, review.waited_days) == (Decision.RETURNED, reviewer, 0)
    assert [(c.field, c.text) for c in review.comments.all()] == [("summary", "短くしてください。")]
    body = mail.outbox[-1].body
    assert "■ 概要\n短くしてください。" in body
    assert f"/cases/{case.pk}/edit/" in body


def test_submitting_again_keeps_the_receipt_number(case, editor):
    first = change_status(case, "submit", by=editor).receipt_number
    change_status(case, "return", by=secretariat(), note="理由です。")

    again = change_status(case, "submit", by=editor)

    assert again.receipt_number == first
    assert Review.objects.count() == 2
    assert Review.objects.open().count() == 1


def test_edit_of_a_public_item_shows_at_once_and_enters_the_queue(published, editor):
    save_changes(published, titled("朝市と病院の送迎"), by=editor, version=published.version)

    assert Card.objects.get(entry__kind="case", entry__object_id=published.pk).title == "朝市と病院の送迎"
    review = Review.objects.open().get()
    assert (review.reason, review.title, review.is_small) == (ReviewReason.CHANGE, "朝市と病院の送迎", True)


def test_long_edit_is_not_small(published, editor):
    save_changes(published, titled("あ" * 90), by=editor)

    assert not Review.objects.open().get().is_small


def test_edit_that_is_taken_back_leaves_the_queue(published, editor):
    save_changes(published, titled("別の題名"), by=editor)
    save_changes(published, titled("朝市の送迎"), by=editor)

    assert not Review.objects.open().exists()
    assert Review.objects.decided().first().decision == Decision.WITHDRAWN


def test_organization_that_publishes_by_itself_does_not_fill_the_queue(published, editor):
    type(published.organization).objects.update(can_self_publish=True)

    item = save_changes(published, titled("別の題名"), by=editor)

    assert not Review.objects.open().exists()
    assert ConfirmedContent.objects.get().content["title"] == "別の題名"
    assert item.version == 2


def test_confirming_makes_the_edit_what_later_edits_are_compared_to(published, editor):
    save_changes(published, titled("別の題名"), by=editor)

    review = confirm_changes(Review.objects.open().get(), by=secretariat())

    assert review.decision == Decision.CONFIRMED
    assert ConfirmedContent.objects.get().content["title"] == "別の題名"


def test_rolling_back_restores_texts_and_links(published, editor):
    def write(item):
        item.title = "別の題名"
        item.save()
        item.tags.add("移動販売")
        item.links.create(title="広告", url="https://spam.example/")

    item = save_changes(published, write, by=editor)

    roll_back(Review.objects.open().get(), by=secretariat(), note="広告のリンクは載せられません。")

    restored = CaseStudy.objects.get(pk=item.pk)
    assert restored.title == "朝市の送迎"
    assert not restored.tags.exists()
    assert not restored.links.exists()
    assert restored.version == item.version + 1
    assert Card.objects.get(entry__object_id=item.pk, entry__kind="case").title == "朝市の送迎"


def test_rows_that_were_rolled_back_are_no_change_afterwards(published, editor):
    published.links.create(title="市のページ", url="https://city.example.jp/")
    save_changes(published, lambda item: None, by=editor)
    confirm_changes(Review.objects.open().get(), by=secretariat())
    save_changes(published, lambda item: item.links.all().delete(), by=editor)

    roll_back(Review.objects.open().get(), by=secretariat(), note="リンクは残してください。")
    save_changes(published, lambda item: None, by=editor)

    assert published.links.get().title == "市のページ"
    assert not Review.objects.open().exists()


def test_what_was_approved_is_not_edited_before_its_time(case, editor):
    change_status(case, "submit", by=editor)
    change_status(case, "schedule", by=secretariat(), publish_at=timezone.now() + timedelta(days=1))

    with pytest.raises(TransitionNotAllowed):
        save_changes(case, titled("別の題名"), by=editor)

    change_status(case, "withdraw", by=editor)
    assert save_changes(case, titled("別の題名"), by=editor).title == "別の題名"


def test_change_is_decided_once(published, editor):
    save_changes(published, titled("別の題名"), by=editor)
    review = Review.objects.open().get()
    confirm_changes(review, by=secretariat())

    with pytest.raises(AlreadyDecided):
        roll_back(review, by=secretariat(), note="理由です。")


def test_edit_on_top_of_somebody_elses_is_refused_and_writes_nothing(case, editor):
    save_changes(case, titled("先の人の題名"), by=editor, version=1)

    with pytest.raises(ChangedMeanwhile) as caught:
        save_changes(case, titled("後の人の題名"), by=owner_of(case.organization), version=1)

    assert caught.value.current.title == "先の人の題名"
    assert CaseStudy.objects.get().title == "先の人の題名"


def test_form_sent_twice_makes_one_item():
    person, organization, key = UserFactory(), OrganizationFactory(), uuid.uuid4()

    def write(item):
        item.title, item.organization = "題名", organization
        item.save()

    first = create(CaseStudy, write, by=person, key=key)
    second = create(CaseStudy, write, by=person, key=key)

    assert first == second
    assert CaseStudy.objects.count() == 1


def test_saving_ends_the_working_copy(case, editor):
    name = working_copies.form_name("case", case.pk, "full")
    working_copies.keep(editor, name, QueryDict("title=書きかけ&csrfmiddlewaretoken=x"))
    assert working_copies.typed_data(working_copies.kept(editor, name)).dict() == {"title": "書きかけ"}

    save_changes(case, titled("題名"), by=editor, form_name=name)

    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize(
    ("who", "status", "expected"),
    [
        ("editor", Status.DRAFT, {"submit", "discard"}),
        ("editor", Status.SUBMITTED, {"withdraw"}),
        ("editor", Status.PUBLISHED, {"close"}),
        ("reviewer", Status.SUBMITTED, {"publish", "schedule", "return"}),
        ("reviewer", Status.PUBLISHED, {"close"}),
        ("stranger", Status.DRAFT, set()),
    ],
)
def test_available_actions(case, editor, who, status, expected):
    people = {"editor": editor, "reviewer": secretariat(), "stranger": UserFactory()}
    case.status = status

    assert available_actions(case, people[who]) == expected


def test_members_of_a_self_publishing_organization_publish(case, editor):
    case.organization.can_self_publish = True

    assert {"publish", "schedule"} <= available_actions(case, editor)


def test_differences_name_both_values_as_people_read_them(case):
    before = {"stage": "", "regions": ["13"], "title": "朝市の送迎", "unknown": 1}
    after = {"stage": "trial", "regions": ["13", "28"], "title": "朝市の送迎", "unknown": 2}

    changes = {change.label: (change.before, change.after) for change in differences(case, before, after)}

    assert changes == {"場所": ("東京都", "東京都、兵庫県"), "段階": ("", "試行")}
