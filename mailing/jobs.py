"""Hands work to the worker; a job's row is written in the transaction of its cause."""

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

DELIVER = "mailing.deliver"
# Writes through Django's connection. Within a worker the app itself uses connections of its own: a job that it
# defers would be there before its cause is committed, and stay if the cause is rolled back.
_in_transaction = JobManager(DjangoConnector())


def enqueue(mail_pk: int) -> None:
    """Have the worker send the stored mail once the running transaction is committed."""
    defer(DELIVER, mail_pk=mail_pk)


def defer(task: str, *, lock: str | None = None, **arguments) -> None:
    """Have the worker run ``task`` once the running transaction is committed; jobs of one ``lock`` run in turn."""
    configure_task(name=task, job_manager=_in_transaction, lock=lock).defer(**arguments)


def every_day_at(hour: int, minute: int) -> str:
    """A time of day in Japan as crontab says it; the worker reads it in UTC. There is no summer time."""
    return f"{minute} {(hour - 9) % 24} * * *"
