"""The search index, synonyms, and what was searched in vain."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Entry(models.Model):
    """One row per searchable public object: no texts, so that matching reads few pages."""

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    published_at = models.DateTimeField()
    facets = ArrayField(models.CharField(max_length=60), help_text="lexemes such as at:131016, theme:mobility")
    vector = SearchVectorField()
    rank_vector = SearchVectorField()

    class Meta:
        verbose_name = "索引"
        verbose_name_plural = "索引"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_is_one_per_object")]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class Synonym(models.Model):
    """Words that mean the same in this field; a query for one finds all of them."""

    words = models.CharField(
        "同じ意味の言葉", max_length=300, unique=True, help_text="「、」で区切ります。例：通いの場、サロン"
    )
    note = models.CharField("メモ", max_length=200, blank=True)

    class Meta:
        verbose_name = "同義語"
        verbose_name_plural = "同義語"
        ordering = ["words"]

    def __str__(self):
        return self.words


class MissedSearch(models.Model):
    """Words that found nothing, counted per day without any trace of who searched."""

    words = models.CharField("言葉", max_length=60)
    kind = models.CharField("種類", max_length=20)
    day = models.DateField("日")
    count = models.PositiveIntegerField("回数", default=1)

    class Meta:
        verbose_name = "見つからなかった言葉"
        verbose_name_plural = "見つからなかった言葉"
        ordering = ["-day", "-count", "words"]
        constraints = [
            models.UniqueConstraint(fields=["words", "kind", "day"], name="search_missedsearch_is_one_per_day")
        ]

    def __str__(self):
        return self.words
