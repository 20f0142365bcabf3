"""Once a year: is it still right?"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from publishing.models.belonging import Belonging


class Answer(models.TextChoices):
    CONTINUES = "continues", "続いています"
    CHANGED = "changed", "変わりました"
    ENDED = "ended", "終わりました"


class FreshnessQuestionQuerySet(models.QuerySet):
    def to_mail(self):
        """Not mailed yet, longest unconfirmed first."""
        return self.filter(mailed_on__isnull=True).order_by("confirmed_at", "content_type", "object_id", "pk")

    def to_remind(self, day):
        """Mailed by ``day``, not reminded of, and answered by nobody who was asked in the same round."""
        answered = FreshnessQuestion.objects.filter(
            content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), asked_on=OuterRef("asked_on")
        ).exclude(answer="")
        return self.filter(mailed_on__lte=day, reminded_on__isnull=True).exclude(Exists(answered)).order_by("pk")

    def round_of(self, question):
        """What everybody was asked about the same item at the same time, the last answer first."""
        same = self.filter(
            content_type=question.content_type_id, object_id=question.object_id, asked_on=question.asked_on
        )
        return same.order_by(F("answered_at").desc(nulls_last=True), "pk")


class FreshnessQuestion(Belonging):
    """One person was asked whether one item is still right: when, and what the person said.

    The links of the mail name this row, so that they need no sign-in.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="freshness_questions", verbose_name="尋ねた人"
    )
    asked_on = models.DateField("確認をお願いした日")
    # What stood on the page then; it orders the mail.
    confirmed_at = models.DateField("そのときの最終確認日")
    mailed_on = models.DateField("メールを送った日", null=True)
    reminded_on = models.DateField("再度お願いした日", null=True)
    answer = models.CharField("返事", max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("返事の日時", null=True)
    note = models.TextField("変わったところ", blank=True, max_length=1000)

    objects = FreshnessQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "年に一度の確認"
        verbose_name_plural = "年に一度の確認"
        ordering = ["-asked_on", "-pk"]
        indexes = [
            models.Index(fields=["person"], condition=Q(mailed_on=None), name="publishing_question_to_mail"),
            models.Index(fields=["mailed_on"], condition=Q(reminded_on=None), name="publishing_question_to_remind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "asked_on", "person"], name="publishing_question_is_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="publishing_question_answer_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.item}（{self.asked_on}）"
