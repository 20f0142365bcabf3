"""The mixin with which content models declare what they want found."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models

from search.actions import index
from search.matching import matching_ids
from search.shelves import Shelf


@dataclass(frozen=True)
class SearchOrder:
    """What lists may be ordered by beside date and relevance.

    For what takes place at a time, `starts_at` is its beginning and `due_on` its last day.
    """

    due_on: date | None = None
    amount: int | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True)
class SearchText:
    """What a content object wants found, by weight: its title, its key texts, its body."""

    title: str
    key: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


class SearchableQuerySet(models.QuerySet):
    def for_index(self):
        """With everything `search_text` and `search_facets` read, in a bounded number of queries."""
        quoted = self.model.search_depends_on
        single = [name for name in quoted if self.model._meta.get_field(name).many_to_one]
        several = [name for name in quoted if name not in single]
        # Without names select_related would follow every foreign key there is.
        objects = self.select_related(*single) if single else self
        return objects.prefetch_related("regions", "themes", "tags", *several, *self.model.search_reads)

    def listed(self):
        """What lists show: published, and for kinds that leave the lists by date, still in them."""
        return self.published()

    def matching(self, text):
        """The published objects whose index entry matches the query ``text``."""
        return self.filter(pk__in=matching_ids(self.model.search_kind, text))


class Searchable(models.Model):
    """Mixin of content models: they declare texts and facets, `search` does the rest.

    Set `search_kind` (the name in `Entry.kind`) and, when the text quotes a related object
    that is searchable itself, name that foreign key in `search_depends_on`: the object is
    then indexed anew when the other changes.
    """

    search_kind: str
    search_depends_on: tuple[str, ...] = ()
    # Relations whose rows the text quotes, and that are changed together with the object only.
    search_reads: tuple[str, ...] = ()
    # Whether its page is rendered when it is written, see `search.cards`.
    search_has_page = True
    # Whether the site-wide search shows it; other kinds are found by those only who ask with their own conditions.
    search_is_public = True
    # The name of the address of its list, where that is not ``<app>:list``.
    search_list = ""
    # The kinds of organizations its list can be filtered by, with their names.
    search_organization_kinds: dict[str, str] = {}
    # Its place among the kinds in the site-wide search.
    search_place = 0

    class Meta:
        abstract = True

    @classmethod
    def search_shelves(cls, user) -> list[Shelf]:
        """What of it the site-wide search shows to ``user``; nothing for kinds that it leaves out."""
        return [cls.search_shelf()] if cls.search_is_public else []

    @classmethod
    def search_shelf(cls, label: str = "", url_name: str = "", **conditions) -> Shelf:
        """All of the kind, or what meets the ``conditions`` of `Shelf`, under its own name or another one."""
        return Shelf(
            cls.search_kind,
            label or cls._meta.verbose_name,
            url_name or cls.search_list or f"{cls._meta.app_label}:list",
            organization_kinds=cls.search_organization_kinds,
            **conditions,
        )

    @property
    def is_listed(self) -> bool:
        """Whether lists show it now; the same as `SearchableQuerySet.listed` says."""
        return self.is_published

    def search_order(self) -> SearchOrder:
        return SearchOrder()

    def search_text(self) -> SearchText:
        raise NotImplementedError

    def search_facets(self) -> dict[str, list]:
        """Lists under "regions" (codes), "themes" (slugs), "organization_kinds"; further lists of ids become
        lexemes of their own names: {"by": [12]} can be asked for as ``by:12``. What stands under "choices", lists
        of texts by facet, is counted too: {"choices": {"year": ["2025"]}}."""
        raise NotImplementedError

    def theme_names(self) -> list[str]:
        return [theme.name for theme in self.themes.all()]

    def region_names(self) -> list[str]:
        return [region.full_name for region in self.regions.all()]

    def tag_ids(self) -> list[int]:
        return [tag.pk for tag in self.tags.all()]

    def tag_names(self) -> list[str]:
        return [tag.name for tag in self.tags.all()]

    def after_change(self) -> None:
        super().after_change()
        index(self)
