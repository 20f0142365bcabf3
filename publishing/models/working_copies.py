"""What is typed and not saved yet."""

from django.conf import settings
from django.db import models


class WorkingCopy(models.Model):
    """What a person has typed into a form and not saved yet, so that nothing is lost.

    Half-written sentences of a public item must not be public, so this is not the item itself.
    ``form`` names the form and the item ("case:12:full", "organization:new"); ``data`` maps field names to
    lists of texts, as the browser sent them.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="利用者")
    form = models.CharField("フォーム", max_length=60)
    data = models.JSONField("入力")
    # Of the item when the typing began.
    version = models.PositiveIntegerField("版", null=True)
    updated_at = models.DateTimeField("保存日時", auto_now=True)

    class Meta:
        verbose_name = "書きかけ"
        verbose_name_plural = "書きかけ"
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="publishing_workingcopy_is_one_per_form")]
        indexes = [models.Index(fields=["updated_at"], name="publishing_workingcopy_age")]

    def __str__(self):
        return self.form
