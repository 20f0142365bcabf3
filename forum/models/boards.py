"""The boards, which the secretariat sets up."""

from django.db import models
from django.urls import reverse

from forum.permissions import Action, Visibility, visibilities_for


class BoardQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(visibility__in=visibilities_for(user))

    def writable_by(self, user):
        """Where the person may begin a topic; nobody writes on a board that is closed."""
        return self.filter(visibility__in=visibilities_for(user, Action.WRITE), is_open=True)


class Board(models.Model):
    slug = models.SlugField("アドレスの言葉", max_length=30, unique=True)
    title = models.CharField("名前", max_length=50)
    description = models.TextField("説明", max_length=300)
    visibility = models.CharField(
        "読み書きできる人", max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    # On such a board a topic names at least one theme.
    is_by_theme = models.BooleanField("分野ごとに話す", default=False)
    is_open = models.BooleanField("書き込みを受け付ける", default=True)
    position = models.PositiveSmallIntegerField("順番", default=0)

    objects = BoardQuerySet.as_manager()

    class Meta:
        verbose_name = "掲示板"
        verbose_name_plural = "掲示板"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("forum:board", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC
