"""Writing mails: stored in the transaction of their cause, so that neither is there without the other."""

from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from mailing import jobs
from mailing.models import MailStatus, OutgoingMail

SENT_ARE_KEPT = timedelta(days=30)
# Longer than all tries of one mail take.
WAITING_AT_MOST = timedelta(days=3)
HTML = "text/html"


def queue_mail(*, to, subject, template, html_template="", context=None, reply_to="", headers=None, once=None):
    """Store a mail made of ``template`` (a text file) and have the worker send it after the commit.

    The templates are given SITE_NAME and SITE_URL beside ``context``; what ``html_template`` makes of it goes along
    for programs that show HTML. With ``once``, a key such as "digest:2026-11-25", the mail is stored unless there is
    one of that key. Returns the stored mail.
    """
    context = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **(context or {})}
    message = EmailMultiAlternatives(
        subject=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject,
        body=render_to_string(template, context),
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    if html_template:
        message.attach_alternative(render_to_string(html_template, context), HTML)
    return queue_message(message, once=once)


@transaction.atomic
def queue_message(message, *, once=None):
    """Store a ``message`` to one address, its text and its HTML if it has some, and have the worker send it after
    the commit."""
    mail = OutgoingMail(
        to=message.to[0],
        # A line break in a name must not begin another header.
        subject=" ".join(message.subject.split())[:250],
        body=message.body,
        html=_html_of(message),
        reply_to=message.reply_to[0] if message.reply_to else "",
        headers=message.extra_headers,
        once=once,
    )
    try:
        with transaction.atomic():
            mail.save()
    except IntegrityError:
        if once and (stored := OutgoingMail.objects.filter(once=once).first()):
            return stored
        raise
    jobs.enqueue(mail.pk)
    return mail


def _html_of(message) -> str:
    return next((part.content for part in getattr(message, "alternatives", ()) if part.mimetype == HTML), "")


@transaction.atomic
def send_now(pk):
    """Send the stored mail ``pk`` unless it was sent; two workers at once send it once.

    Returns the exception of a mail server that is away or refused it for now, else None: the try is
    counted either way. A mail that nobody will ever take has failed at once.
    """
    mail = OutgoingMail.objects.select_for_update().filter(pk=pk).first()
    if mail is None or mail.status == MailStatus.SENT:
        return None
    mail.attempts += 1
    try:
        _message(mail).send()
    except (OSError, SMTPException, ValueError) as error:  # ValueError: an impossible address
        mail.error = f"{type(error).__name__}: {error}"
        if _is_final(error):
            mail.status = MailStatus.FAILED
        mail.save(update_fields=["status", "attempts", "error"])
        return None if mail.status == MailStatus.FAILED else error
    mail.status, mail.sent_at, mail.error = MailStatus.SENT, timezone.now(), ""
    mail.body = mail.html = ""
    mail.save()
    return None


def _message(mail):
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {
        # The same at each try: should a worker die before it has noted the sending, readers see one mail.
        "Message-ID": f"<{mail.pk}.{mail.queued_at:%Y%m%d%H%M%S%f}@{domain}>",
        # Automatic answers of absent people stay away.
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    reply_to = [mail.reply_to] if mail.reply_to else None
    parts = {"subject": mail.subject, "body": mail.body, "to": [mail.to], "reply_to": reply_to, "headers": headers}
    if not mail.html:
        return EmailMessage(**parts)
    message = EmailMultiAlternatives(**parts)
    message.attach_alternative(mail.html, HTML)
    return message


def _is_final(error) -> bool:
    """Whether trying again is of no use: an address that cannot be, or that its server does not know (5xx)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, ValueError)


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


@transaction.atomic
def forget_old():
    """Delete what was sent a month ago. What still waits after all tries, whatever went wrong, has failed."""
    now = timezone.now()
    OutgoingMail.objects.filter(status=MailStatus.SENT, sent_at__lt=now - SENT_ARE_KEPT).delete()
    OutgoingMail.objects.filter(status=MailStatus.WAITING, queued_at__lt=now - WAITING_AT_MOST).update(
        status=MailStatus.FAILED, error="送信の処理が終わりませんでした。"
    )
