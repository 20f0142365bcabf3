"""Hands stored mails to the worker; the job's row is written in the transaction of its cause."""

from procrastinate.contrib.django import app

DELIVER = "mailing.deliver"


def enqueue(mail_pk: int) -> None:
    """Have the worker send the stored mail once the running transaction is committed."""
    app.configure_task(DELIVER).defer(mail_pk=mail_pk)
