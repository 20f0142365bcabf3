"""The real worker: in this process, and as a process of its own that gets killed."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import CaseStudy
from mailing.actions import queue_message, try_again
from mailing.models import MailStatus, OutgoingMail
from mailing.tasks import RETRY
from publishing.models import Status
from tests.factories import CaseStudyFactory, member_of
from tests.mailing.conftest import eventually, take_up_stalled, worker_environment
from tests.mailing.smtp import mail_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_jobs]


def queue(subject="件名", body="本文です。🙂"):
    return queue_message(EmailMessage(subject, body, to=["hanako@example.jp"]))


def all_sent():
    return not OutgoingMail.objects.exclude(status=MailStatus.SENT).exists()


def jobs(task="mailing.deliver"):
    return ProcrastinateJob.objects.filter(task_name=task)


# In this process


def test_worker_sends_what_waits(work, smtp):
    queue(subject="受け付けました（髙𠮷様）", body="一行目\n.点で始まる行\n" + "長い行" * 500)

    work()

    (message,) = smtp.messages
    assert message["Subject"] == "受け付けました（髙𠮷様）"
    assert message["To"] == "hanako@example.jp"
    assert message.get_content().splitlines()[:2] == ["一行目", ".点で始まる行"]
    assert "長い行" * 500 in message.get_content()
    assert all_sent()
    assert jobs().get().status == "succeeded"


def test_nothing_is_sent_before_the_commit(work, smtp):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    work()

    assert smtp.messages == []


def test_mail_server_that_is_away_is_tried_again_later(work, smtp):
    stored = queue()
    smtp.refuses = "451 come back later"

    work()

    stored.refresh_from_db()
    job = jobs().get()
    assert (stored.status, stored.attempts) == (MailStatus.WAITING, 1)
    assert (job.status, job.attempts) == ("todo", 1)
    assert timedelta(seconds=1) < job.scheduled_at - timezone.now() < timedelta(seconds=5)
    smtp.refuses = ""
    _let_wait_no_longer()

    work()

    assert len(smtp.messages) == 1
    assert all_sent()


def test_after_the_last_try_the_mail_has_failed_and_can_be_tried_again(work, smtp):
    stored = queue()
    smtp.refuses = "451 come back later"
    for _ in range(RETRY.max_attempts + 1):
        work()
        _let_wait_no_longer()

    stored.refresh_from_db()
    assert (stored.status, stored.attempts) == (MailStatus.FAILED, RETRY.max_attempts + 1)
    assert "451" in stored.error
    assert jobs().get().status == "failed"
    smtp.refuses = ""

    try_again(stored)
    work()

    assert len(smtp.messages) == 1
    assert all_sent()


def test_unknown_address_fails_at_once_and_the_others_arrive(work, smtp):
    smtp.refuses = "550 no such person"
    stored = queue()
    work()
    smtp.refuses = ""
    queue("もう一通")

    work()

    stored.refresh_from_db()
    assert (stored.status, stored.attempts) == (MailStatus.FAILED, 1)
    assert [message["Subject"] for message in smtp.messages] == ["もう一通"]


def test_job_that_fails_leaves_no_job_of_its_own_behind(work, smtp, monkeypatch, caplog):
    """What a job queues belongs to the job's transaction, not to the connections of the worker."""
    case = CaseStudyFactory(status=Status.SCHEDULED, publish_at=timezone.now())
    member_of(case.organization)
    monkeypatch.setattr(CaseStudy, "after_change", lambda self: queue() and 1 / 0)
    app.configure_task("publishing.publish_due").defer(timestamp=0)

    work()

    case.refresh_from_db()
    assert case.status == Status.SCHEDULED
    assert jobs("publishing.publish_due").get(args__timestamp=0).status == "failed"
    assert not OutgoingMail.objects.exists()
    assert not jobs().exists()


def test_job_publishes_what_is_due_and_its_mail_is_sent(work, smtp):
    case = CaseStudyFactory(status=Status.SCHEDULED, publish_at=timezone.now())
    person = member_of(case.organization)
    app.configure_task("publishing.publish_due").defer(timestamp=0)

    work()
    work()

    case.refresh_from_db()
    assert case.status == Status.PUBLISHED
    assert [message["To"] for message in smtp.messages] == [person.email]


def test_every_periodic_job_runs_on_an_empty_site(work, smtp):
    names = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    for name in names:
        app.configure_task(name).defer(timestamp=0)

    work()

    ran = set(ProcrastinateJob.objects.filter(args__timestamp=0).values_list("task_name", "status"))
    assert ran == {(name, "succeeded") for name in names}
    assert {"publishing.publish_due", "publishing.send_digest", "mailing.take_up_stalled"} <= names


def test_periodic_job_of_a_moment_is_there_once_however_many_workers_run(work, smtp):
    for _ in range(3):
        work()

    for name in ("publishing.publish_due", "publishing.send_digest"):
        moments = [job.args["timestamp"] for job in jobs(name)]
        assert len(moments) == len(set(moments))


# Killed


def _let_wait_no_longer():
    """As if the pause before the next try were over."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


def _silence_workers():
    """As if the workers had been silent for two minutes."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")


def test_worker_process_sends_stops_when_asked_and_leaves_nothing(start_worker):
    with mail_server() as server:
        worker = start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port)
        queue()
        assert eventually(lambda: server.messages)
        assert eventually(all_sent)

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(20) == 0


def test_killed_between_commit_and_mail_nothing_is_lost(start_worker):
    with mail_server() as server:
        worker = start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port)
        queue("先のメール")
        assert eventually(all_sent)
        worker.send_signal(signal.SIGSTOP)  # it cannot take what is committed now
        queue("後のメール")
        worker.kill()
        worker.wait()

        start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port)

        assert eventually(all_sent)
        assert [message["Subject"] for message in server.messages] == ["先のメール", "後のメール"]


def test_killed_while_sending_the_next_worker_takes_it_up(start_worker):
    with mail_server() as server:
        server.slowness = 60
        worker = start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port)
        queue()
        assert server.receiving.wait(30)
        worker.kill()
        worker.wait()
        server.slowness = 0
        stored = OutgoingMail.objects.get()
        assert (stored.status, jobs().get().status) == (MailStatus.WAITING, "doing")
        _silence_workers()

        start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port)
        take_up_stalled()

        assert eventually(all_sent)
        assert len(server.messages) == 1


def test_stalled_job_is_taken_up_and_one_that_waits_already_is_given_up(work, smtp):
    """Two jobs of a worker that was killed: one to do again, one whose successor waits already."""
    stored = queue()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    for _ in range(2):
        app.configure_task("publishing.publish_due", queueing_lock="publish_due").defer(timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = "
                "(SELECT min(id) FROM procrastinate_jobs WHERE task_name = 'publishing.publish_due')"
            )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day' WHERE status = 'todo'")
    take_up_stalled()

    work()
    work()

    stored.refresh_from_db()
    assert stored.status == MailStatus.SENT
    assert jobs().get().attempts == 2  # taken up once, then done
    assert sorted(jobs("publishing.publish_due").values_list("status", flat=True)[:3]).count("failed") == 1


def test_worker_without_a_mail_server_writes_files(start_worker, tmp_path):
    start_worker(EMAIL_FILE_PATH=tmp_path)
    queue("ファイルに書くメール")

    assert eventually(all_sent)
    assert len(list(tmp_path.glob("*.log"))) == 1


def test_worker_says_in_a_sentence_that_the_database_is_away(start_worker, capfd):
    worker = start_worker(
        DJANGO_SETTINGS_MODULE="platform_site.settings", DATABASE_URL="postgresql://a:b@127.0.0.1:1/c"
    )

    assert worker.wait(60) == 1
    said = capfd.readouterr().err
    assert "The worker ends" in said
    assert "Traceback" not in said


def test_jobs_have_a_longer_time_limit_than_pages():
    code = "from platform_site import worker; import django; django.setup(); from django.db import connection as c;"
    code += "cursor = c.cursor(); cursor.execute('SHOW statement_timeout'); print(cursor.fetchone()[0])"
    environment = worker_environment()
    environment.pop("DATABASE_STATEMENT_TIMEOUT", None)

    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "10min"
