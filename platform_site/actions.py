"""Receiving an inquiry: stored once, numbered, mailed to both sides. Renaming a tag."""

import unicodedata
import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from taggit.models import TaggedItem

from mailing.actions import queue_message
from platform_site.models import Inquiry
from publishing.receipts import new_receipt_number
from search.actions import index

ATTEMPTS = 10


def receive_inquiry(*, key, name, email, subject, body):
    """Store an inquiry once, with its mails to the secretariat and to its sender.

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
                _queue_mails(inquiry)
        except IntegrityError as error:
            # Either the same form arrived at this moment or the number is taken: the next round tells.
            refusal = error
        else:
            return inquiry
    raise refusal


def _queue_mails(inquiry):
    _queue(
        inquiry,
        subject=f"[お問い合わせ {inquiry.receipt_number}] {inquiry.subject}",
        template="mail/inquiry_to_secretariat.txt",
        to=settings.SECRETARIAT_EMAIL,
        reply_to=[inquiry.email],
    )
    # The acknowledgement quotes nothing: the form must not carry anybody's text to strangers.
    _queue(
        inquiry,
        subject=f"お問い合わせを受け付けました（受付番号 {inquiry.receipt_number}）",
        template="mail/inquiry_to_sender.txt",
        to=inquiry.email,
    )


def _queue(inquiry, *, subject, template, to, reply_to=None):
    context = {"inquiry": inquiry, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    queue_message(EmailMessage(subject, render_to_string(template, context), to=[to], reply_to=reply_to))


@transaction.atomic
def rename_tag(tag, name):
    """Give ``tag`` another spelling and renew the index of all that carries it."""
    tag.name = unicodedata.normalize("NFKC", name).strip()
    tag.save(update_fields=["name"])
    for use in TaggedItem.objects.filter(tag_id=tag.pk).select_related("content_type"):
        if use.content_object is not None:
            index(use.content_object)
    return tag
