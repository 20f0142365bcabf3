"""Receiving an inquiry: stored once, numbered, mailed to both sides. Renaming a tag."""

import logging
import unicodedata
import uuid
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from taggit.models import TaggedItem

from platform_site.models import Inquiry
from publishing.receipts import new_receipt_number
from search.actions import index

logger = logging.getLogger(__name__)

ATTEMPTS = 10


def receive_inquiry(*, key, name, email, subject, body):
    """Store an inquiry once and mail the secretariat and its sender after the commit.

    The same form sent twice with the same content gives the same row, also when both
    arrive at once. Changed content under the same key (somebody went back and wrote
    again) is a new inquiry, so the stored key is made from both.
    """
    key = uuid.uuid5(key, "\0".join((name, email, subject, body)))
    for _ in range(ATTEMPTS):
        if received := Inquiry.objects.filter(key=key).first():
            return received
        number = new_receipt_number("Q")
        try:
            with transaction.atomic():
                inquiry = Inquiry.objects.create(
                    key=key, receipt_number=number, name=name, email=email, subject=subject, body=body
                )
                _mail_after_commit(inquiry)
        except IntegrityError as error:
            # Either the same form arrived at this moment or the number is taken: the next round tells.
            refusal = error
        else:
            return inquiry
    raise refusal


def _mail_after_commit(inquiry):
    # Robust: whatever goes wrong with one mail, the other is still sent and the inquiry stays.
    transaction.on_commit(lambda: _mail_secretariat(inquiry), robust=True)
    transaction.on_commit(lambda: _mail_sender(inquiry), robust=True)


def _mail_secretariat(inquiry):
    message = EmailMessage(
        subject=f"[お問い合わせ {inquiry.receipt_number}] {inquiry.subject}",
        body=_text("mail/inquiry_to_secretariat.txt", inquiry),
        to=[settings.SECRETARIAT_EMAIL],
        reply_to=[inquiry.email],
    )
    _send(message, inquiry)


def _mail_sender(inquiry):
    """Acknowledge the receipt, quoting nothing: the form must not carry anybody's text to strangers."""
    message = EmailMessage(
        subject=f"お問い合わせを受け付けました（受付番号 {inquiry.receipt_number}）",
        body=_text("mail/inquiry_to_sender.txt", inquiry),
        to=[inquiry.email],
    )
    _send(message, inquiry)


def _text(template, inquiry):
    context = {"inquiry": inquiry, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    return render_to_string(template, context)


def _send(message, inquiry):
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("A mail about inquiry %s could not be sent; the inquiry is stored.", inquiry.receipt_number)


@transaction.atomic
def rename_tag(tag, name):
    """Give ``tag`` another spelling and renew the index of all that carries it."""
    tag.name = unicodedata.normalize("NFKC", name).strip()
    tag.save(update_fields=["name"])
    for use in TaggedItem.objects.filter(tag_id=tag.pk).select_related("content_type"):
        if use.content_object is not None:
            index(use.content_object)
    return tag
