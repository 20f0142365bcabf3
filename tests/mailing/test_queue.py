"""Mails in the queue: written with their cause, sent once, harmless whatever stands in them."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from mailing.actions import forget_old, give_up, queue_mail, queue_message, send_now, try_again
from mailing.jobs import every_day_at
from mailing.models import MailStatus, OutgoingMail
from tests.factories import superuser

pytestmark = [pytest.mark.django_db, pytest.mark.real_jobs]


def queue(subject="件名", body="本文", to="hanako@example.jp", **fields):
    return queue_message(EmailMessage(subject, body, to=[to], **fields))


@pytest.fixture
def broken(monkeypatch):
    """The mail server answers every mail with an exception."""

    def with_(error):
        def fail(self):
            raise error

        monkeypatch.setattr(EmailMessage, "send", fail)

    return with_


def test_cause_mail_and_job_are_rolled_back_together():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_queued_mail_waits_with_one_job():
    stored = queue()

    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args, job.status) == ("mailing.deliver", {"mail_pk": stored.pk}, "todo")
    assert stored.status == MailStatus.WAITING
    assert not mail.outbox


def test_sent_mail_keeps_no_text():
    stored = queue(body="https://example.jp/secret-link")

    assert send_now(stored.pk) is None

    stored.refresh_from_db()
    assert (stored.status, stored.attempts, stored.body) == (MailStatus.SENT, 1, "")
    assert mail.outbox[0].body == "https://example.jp/secret-link"


def test_sending_again_sends_nothing():
    stored = queue()

    for _ in range(3):
        send_now(stored.pk)

    assert len(mail.outbox) == 1


def test_mail_that_is_gone_is_no_error():
    assert send_now(12345) is None


def test_every_try_carries_the_same_identifier(broken, monkeypatch):
    stored = queue()
    tries = []
    monkeypatch.setattr(EmailMessage, "send", lambda self: tries.append(self.message()["Message-ID"]))

    send_now(stored.pk)
    OutgoingMail.objects.update(status=MailStatus.WAITING, sent_at=None)
    send_now(stored.pk)

    assert len(set(tries)) == 1
    assert tries[0].endswith("@localhost>")


def test_no_machine_answers(monkeypatch):
    send_now(queue().pk)

    assert mail.outbox[0].message()["Auto-Submitted"] == "auto-generated"


def test_mail_server_that_is_away_is_counted(broken):
    stored = queue()
    broken(SMTPServerDisconnected("gone"))

    assert isinstance(send_now(stored.pk), SMTPServerDisconnected)

    stored.refresh_from_db()
    assert (stored.status, stored.attempts) == (MailStatus.WAITING, 1)
    assert "gone" in stored.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SMTPRecipientsRefused({"hanako@example.jp": (550, b"unknown")}), MailStatus.FAILED),
        (SMTPRecipientsRefused({"hanako@example.jp": (451, b"later")}), MailStatus.WAITING),
        (ValueError("an impossible address"), MailStatus.FAILED),
        (TimeoutError(), MailStatus.WAITING),
    ],
)
def test_only_what_may_work_later_is_tried_again(broken, error, status):
    stored = queue()
    broken(error)

    send_now(stored.pk)

    stored.refresh_from_db()
    assert stored.status == status


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_line_break_in_a_subject_makes_no_header(break_):
    stored = queue(subject=f"題名{break_}Bcc: all@example.jp")

    send_now(stored.pk)

    (message,) = mail.outbox
    assert message.recipients() == ["hanako@example.jp"]
    assert not message.message()["Bcc"]
    assert len(message.subject.splitlines()) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "hanako@example.jp\nBcc: all@example.jp"},
        {"reply_to": ["hanako@example.jp\r\nBcc: all@example.jp"]},
        {"headers": {"X-Note": "a\nBcc: all@example.jp"}},
    ],
)
def test_line_break_elsewhere_sends_nothing(fields, settings, smtp):
    stored = queue(**fields)

    send_now(stored.pk)

    stored.refresh_from_db()
    assert stored.status == MailStatus.FAILED
    assert smtp.messages == []


def test_long_subject_is_cut_and_long_text_kept():
    stored = queue(subject="あ" * 1000, body="い" * 10_000)

    assert len(stored.subject) == 250
    assert len(stored.body) == 10_000


def test_template_knows_the_site(settings):
    stored = queue_mail(
        to="a@example.jp", subject="お知らせ", template="mail/account_closed.txt", reply_to="b@example.jp"
    )

    assert stored.subject == f"【{settings.SITE_NAME}】お知らせ"
    assert settings.SITE_URL in stored.body
    assert stored.reply_to == "b@example.jp"


def test_mail_of_a_key_is_stored_once():
    first, second = (
        queue_mail(to="a@example.jp", subject=subject, template="mail/account_closed.txt", once="digest:2026-11-25")
        for subject in ("一つめ", "二つめ")
    )

    assert first == second
    assert ProcrastinateJob.objects.count() == 1


def test_sent_needs_a_date_and_no_text():
    with pytest.raises(IntegrityError):
        OutgoingMail.objects.create(to="a@example.jp", subject="件名", status=MailStatus.SENT)


def test_old_mails_are_forgotten_and_lost_ones_have_failed():
    now = timezone.now()
    sent = {"status": MailStatus.SENT, "to": "a@example.jp"}
    OutgoingMail.objects.create(subject="古い", sent_at=now - timedelta(days=31), **sent)
    OutgoingMail.objects.create(subject="新しい", sent_at=now - timedelta(days=29), **sent)
    lost = OutgoingMail.objects.create(subject="止まった", to="a@example.jp")
    OutgoingMail.objects.filter(pk=lost.pk).update(queued_at=now - timedelta(days=4))
    OutgoingMail.objects.create(subject="待っている", to="a@example.jp")

    forget_old()

    assert set(OutgoingMail.objects.values_list("subject", "status")) == {
        ("新しい", "sent"),
        ("止まった", "failed"),
        ("待っている", "waiting"),
    }


def test_time_of_day_in_japan_as_the_worker_reads_it():
    assert every_day_at(8, 15) == "15 23 * * *"
    assert every_day_at(9, 30) == "30 0 * * *"
    assert every_day_at(20, 0) == "0 11 * * *"


# The admin


def test_failed_mail_is_seen_and_tried_again(client):
    stored = queue()
    give_up(stored.pk)
    ProcrastinateJob.objects.all().delete()
    client.force_login(superuser())

    listed = client.get("/admin/mailing/outgoingmail/?status__exact=failed").content.decode()
    response = client.post(
        "/admin/mailing/outgoingmail/", {"action": "send_again", "_selected_action": [stored.pk]}, follow=True
    )

    assert "送信失敗" in listed
    assert "1通をもう一度送ります。" in response.content.decode()
    stored.refresh_from_db()
    assert stored.status == MailStatus.WAITING
    assert ProcrastinateJob.objects.count() == 1


def test_text_of_a_mail_is_shown_to_nobody(client):
    stored = queue(body="https://example.jp/secret-link")
    client.force_login(superuser())

    page = client.get(f"/admin/mailing/outgoingmail/{stored.pk}/change/").content.decode()

    assert "secret-link" not in page


def test_only_failed_mails_are_tried_again():
    waiting, sent = queue(), queue()
    send_now(sent.pk)
    ProcrastinateJob.objects.all().delete()

    assert [try_again(waiting), try_again(sent)] == [False, False]
    assert not ProcrastinateJob.objects.exists()


# Mails with HTML


@pytest.fixture
def with_html(tmp_path, settings):
    """Queues a mail made of two templates."""
    (tmp_path / "t.txt").write_text("{{ word|safe }}の本文")
    (tmp_path / "t.html").write_text('<html lang="ja"><body><p>{{ word }}の本文</p></body></html>')
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return lambda **fields: queue_mail(
        to="hanako@example.jp", subject="件名", template="t.txt", html_template="t.html", context=fields
    )


def test_a_mail_may_have_html_beside_its_text(with_html):
    stored = with_html(word="<朝市>")

    send_now(stored.pk)

    parts = list(mail.outbox[0].message().walk())
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    assert parts[1].get_payload(decode=True).decode() == "<朝市>の本文"
    assert "<p>&lt;朝市&gt;の本文</p>" in parts[2].get_payload(decode=True).decode()


def test_html_is_emptied_with_the_text(with_html):
    stored = with_html(word="朝市")
    assert stored.html

    send_now(stored.pk)

    stored.refresh_from_db()
    assert (stored.status, stored.body, stored.html) == (MailStatus.SENT, "", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.update(html="<p>残り</p>")


def test_mails_without_html_stay_plain_text():
    send_now(queue().pk)

    assert mail.outbox[0].message().get_content_type() == "text/plain"
