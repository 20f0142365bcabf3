"""Writing mails: stored in the transaction of their cause, so that neither is there without the other."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from mailing import jobs
from mailing.models import MailStatus, OutgoingMail


def queue_mail(*, to, subject, template, context=None, reply_to="", headers=None):
    """Store a mail made of ``template`` (a text file) and have the worker send it after the commit.

    The template is given SITE_NAME and SITE_URL beside ``context``. Returns the stored mail.
    """
    body = render_to_string(
        template, {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **(context or {})}
    )
    prefix = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX
    message = EmailMessage(
        subject=prefix + subject,
        body=body,
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    return queue_message(message)


@transaction.atomic
def queue_message(message):
    """Store a text ``message`` to one address as it is, and have the worker send it after the commit."""
    mail = OutgoingMail.objects.create(
        to=message.to[0],
        # A line break in a name must not begin another header.
        subject=" ".join(message.subject.split())[:250],
        body=message.body,
        reply_to=message.reply_to[0] if message.reply_to else "",
        headers=message.extra_headers,
    )
    jobs.enqueue(mail.pk)
    return mail


@transaction.atomic
def send_now(pk):
    """Send the stored mail ``pk`` unless it was sent; two workers at once send it once.

    Returns the exception of a mail server that refused it or is away, else None: the try is
    counted either way.
    """
    mail = OutgoingMail.objects.select_for_update().get(pk=pk)
    if mail.status == MailStatus.SENT:
        return None
    mail.attempts += 1
    try:
        EmailMessage(
            subject=mail.subject,
            body=mail.body,
            to=[mail.to],
            reply_to=[mail.reply_to] if mail.reply_to else None,
            headers=mail.headers,
        ).send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError; ValueError: an impossible address
        mail.error = f"{type(error).__name__}: {error}"
        mail.save(update_fields=["attempts", "error"])
        return error
    mail.status, mail.sent_at, mail.body, mail.error = MailStatus.SENT, timezone.now(), "", ""
    mail.save()
    return None


def give_up(pk):
    """Note that the mail was tried as often as makes sense; the admin shows it and can try again."""
    OutgoingMail.objects.filter(pk=pk, status=MailStatus.WAITING).update(status=MailStatus.FAILED)


@transaction.atomic
def try_again(mail):
    """Put a mail that failed back into the queue; does nothing to others. Returns whether it was one."""
    failed = OutgoingMail.objects.filter(pk=mail.pk, status=MailStatus.FAILED)
    if not failed.update(status=MailStatus.WAITING, attempts=0):
        return False
    jobs.enqueue(mail.pk)
    return True
