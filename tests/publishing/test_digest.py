"""The secretariat's mail of the morning."""

import pytest
from django.core import mail
from django.utils import timezone

from mailing.models import MailStatus, OutgoingMail
from publishing.actions import change_status
from publishing.digest import send_digest
from publishing.models import Answer, FreshnessQuestion
from tests.factories import CaseStudyFactory, member_of

pytestmark = pytest.mark.django_db
MORNING = "2026-11-25T08:15:00+09:00"  # a Wednesday


@pytest.fixture
def at(time_machine):
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def digest(django_capture_on_commit_callbacks):
    def send():
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            send_digest()
        return mail.outbox[before:]

    return send


def submitted(title="朝市の送迎"):
    case = CaseStudyFactory(title=title)
    return change_status(case, "submit", by=member_of(case.organization))


def test_tells_what_waits_and_how_long(digest, at, settings):
    at("2026-11-20T15:00:00+09:00")  # the Friday before a weekend and a holiday
    submitted()
    at(MORNING)

    (message,) = digest()

    assert message.to == [settings.SECRETARIAT_EMAIL]
    assert "（1件）" in message.subject
    assert "朝市の送迎（新しい申請、2開庁日）" in message.body
    assert "/review/" in message.body


def test_nothing_waits_no_mail(digest, at):
    at(MORNING)

    assert digest() == []


def test_twice_the_same_morning_sends_one(digest, at):
    at(MORNING)
    submitted()

    assert len(digest()) == 1
    submitted()
    assert digest() == []
    at("2026-11-26T08:15:00+09:00")
    assert len(digest()) == 1


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2026-11-23", "2026-12-29", "2027-01-01", "2027-01-03"])
def test_no_mail_on_days_the_office_is_closed(digest, at, day):
    at(f"{day}T08:15:00+09:00")
    submitted()

    assert digest() == []


def test_only_the_oldest_are_listed(digest, at):
    at(MORNING)
    for number in range(12):
        submitted(f"事例{number}")

    body = digest()[0].body

    assert "ほか2件" in body
    assert "事例0" in body
    assert "事例11" not in body


def test_failed_mails_and_answers_that_led_to_nothing_are_told(digest, at):
    at(MORNING)
    OutgoingMail.objects.create(to="a@example.jp", subject="届かない", status=MailStatus.FAILED)
    case = CaseStudyFactory(published=True)
    FreshnessQuestion.objects.create(
        item=case,
        person=member_of(case.organization),
        asked_on=timezone.localdate(),
        confirmed_at=case.confirmed_at,
        answer=Answer.CHANGED,
        answered_at=timezone.now(),
    )

    body = digest()[0].body

    assert "まだ直っていない掲載：1件" in body
    assert "送れなかったメール：1通" in body
    assert "審査を待っているもの" not in body
