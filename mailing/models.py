"""Mails that are to be sent, or were: written in the transaction of their cause, sent by a job."""

from django.db import models
from django.db.models import Q


class MailStatus(models.TextChoices):
    WAITING = "waiting", "送信待ち"
    SENT = "sent", "送信済み"
    FAILED = "failed", "送信失敗"


class OutgoingMail(models.Model):
    """One mail to one address.

    The text may hold links that open an account, so it is emptied once the mail is sent and
    shown to nobody before.
    """

    to = models.EmailField("宛先")
    subject = models.CharField("件名", max_length=250)
    body = models.TextField("本文", blank=True)
    # The same for programs that show HTML; empty for most mails.
    html = models.TextField("本文（HTML）", blank=True, default="", db_default="")
    reply_to = models.EmailField("返信先", blank=True)
    headers = models.JSONField("ヘッダー", default=dict, blank=True)
    status = models.CharField("状態", max_length=10, choices=MailStatus.choices, default=MailStatus.WAITING)
    attempts = models.PositiveSmallIntegerField("試した回数", default=0)
    error = models.TextField("最後の誤り", blank=True)
    # Of mails that must go out once only, such as the digest of a day.
    once = models.CharField("識別子", max_length=100, null=True, blank=True, unique=True)
    queued_at = models.DateTimeField("作成日時", auto_now_add=True)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)

    class Meta:
        verbose_name = "メール"
        verbose_name_plural = "メール"
        ordering = ["-queued_at", "-pk"]
        indexes = [models.Index(fields=["status", "queued_at"], name="mailing_mail_by_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=MailStatus.SENT, sent_at__isnull=False, body="", html="")
                | (~Q(status=MailStatus.SENT) & Q(sent_at__isnull=True)),
                name="mailing_outgoingmail_sent_has_a_date_and_no_text",
            ),
        ]

    def __str__(self):
        return self.subject
