"""The search index, synonyms, and what was searched in vain."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

# Each kind has an index of vectors of its own: of all entries with a field or in a place most are posts of the board,
# and one index for all would go through them for every list of something else.
INDEXED_KINDS = ("case", "organization", "policy", "event", "topic", "post", "closed_topic", "closed_post")


class EntryQuerySet(models.QuerySet):
    def matching(self, tsquery: str):
        """Entries whose vector matches ``tsquery``, a text as `search.query` writes it."""
        return self.filter(vector__matches_tsquery=tsquery)


@SearchVectorField.register_lookup
class MatchesTsquery(models.Lookup):
    """``vector @@ '…'::tsquery`` for query texts that the caller has quoted."""

    lookup_name = "matches_tsquery"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"{lhs} @@ %s::tsquery", [*lhs_params, self.rhs]


class Entry(models.Model):
    """One row per searchable public object: no texts, so that matching and counting read few pages.

    ``vector`` holds, without positions: every word and every pair of neighbours; once more
    marked ``t:`` when in the title, ``k:`` when in the key texts, ``f:`` when frequent in the
    body; and the facets. ``counted`` and ``places`` repeat those as numbers (`search.facet_codes`).
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    published_at = models.DateTimeField()
    counted = ArrayField(models.IntegerField())
    places = ArrayField(models.IntegerField())
    # What some lists may be ordered by; most kinds leave it empty.
    due_on = models.DateField(null=True)
    amount = models.BigIntegerField(null=True)
    starts_at = models.DateTimeField(null=True)
    vector = SearchVectorField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "索引"
        verbose_name_plural = "索引"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_is_one_per_object")]
        indexes = [
            models.Index(fields=["kind", "-published_at", "-object_id"], name="search_entry_newest"),
            models.Index(
                fields=["kind", "starts_at"], condition=models.Q(starts_at__isnull=False), name="search_entry_begin"
            ),
            models.Index(
                fields=["kind", "due_on"], condition=models.Q(starts_at__isnull=False), name="search_entry_last_day"
            ),
            *(
                GinIndex(
                    fields=["vector"],
                    name=f"search_vector_{kind}",
                    condition=models.Q(kind=kind),
                    fastupdate=False,
                )
                for kind in INDEXED_KINDS
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class EntryText(models.Model):
    """The folded text of an entry, apart from it: read for excerpts and verbatim search only."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField()

    class Meta:
        verbose_name = "索引の本文"
        verbose_name_plural = "索引の本文"

    def __str__(self):
        return self.text[:40]


class Card(models.Model):
    """How an entry looks, rendered when it was written: its card in lists, and its own page.

    ``html``, the card, has two slots, see `search.cards`, for the title and the excerpt: what a
    query found is marked in them when a list is read.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="card")
    title = models.TextField()
    excerpt = models.TextField()
    html = models.TextField()
    # Bulk writers leave it out; the page is then rendered each time it is read.
    page = models.TextField(null=True)
    facets = ArrayField(models.CharField(max_length=60))

    class Meta:
        verbose_name = "索引のカード"
        verbose_name_plural = "索引のカード"

    def __str__(self):
        return self.title


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
        indexes = [models.Index(fields=["day"], name="search_missedsearch_day")]

    def __str__(self):
        return self.words


class IndexState(models.Model):
    """By which recipe the index of one kind was last written whole, and how far a rebuild has come."""

    kind = models.CharField(max_length=20, primary_key=True)
    recipe = models.CharField(max_length=64, blank=True)
    # The recipe and the last object of a rebuild that was begun: a stopped one goes on after it.
    begun_recipe = models.CharField(max_length=64, blank=True)
    last_id = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "索引の状態"
        verbose_name_plural = "索引の状態"

    def __str__(self):
        return self.kind
