"""The list page of every kind of searchable content: one view, one template, one set of parameters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.shortcuts import redirect
from django.template.loader import get_template
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from search import address as list_address
from search.counting import Counts, counts
from search.highlighting import cut_around, highlight
from search.matching import Hit, hits_around, page_of_hits
from search.models import Entry, EntryText
from search.query import NO_WORDS, Query
from search.relaxing import Relaxation, relax
from search.request import Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, Theme

PER_PAGE = 20
# How many entries of the wider regions stand under a municipality's own.
AROUND = 5


@dataclass(frozen=True)
class Found:
    """What a card shows of a hit beside its object."""

    title_html: SafeString
    excerpt_html: SafeString
    regions: list[Region]
    themes: list[Theme]


@dataclass(frozen=True)
class Group:
    """Hits under one heading; `more_url` leads to all of them."""

    heading: str
    items: list
    more_url: str = ""


@dataclass(frozen=True)
class Page:
    number: int
    num_pages: int
    total: int
    previous_url: str
    next_url: str

    @property
    def start_index(self) -> int:
        return (self.number - 1) * PER_PAGE + 1

    @property
    def end_index(self) -> int:
        return min(self.number * PER_PAGE, self.total)


@dataclass(frozen=True)
class Option:
    """One value of a facet: what is found with it, and the address that switches it."""

    label: str
    count: int
    url: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Tile:
    """One prefecture on the tile map; `level` 0 to 4 says how its count compares to the largest."""

    region: Region
    count: int
    url: str
    level: int
    is_chosen: bool = False


# --- from hits to objects ------------------------------------------------------------------


def _found(item, hit: Hit, query: Query, excerpt: str = "") -> Found:
    title_html, title_marked = highlight(str(item), query)
    excerpt_html, excerpt_marked = highlight(item.summary, query)
    if excerpt and not (title_marked or excerpt_marked):
        excerpt_html, _ = highlight(excerpt, query)
    regions, themes = registry.regions(), registry.themes()
    return Found(
        title_html,
        excerpt_html,
        [regions[code] for code in hit.values("at") if code in regions],
        [themes[slug] for slug in hit.values("theme") if slug in themes],
    )


def _is_marked(item, query: Query) -> bool:
    return highlight(str(item), query)[1] or highlight(item.summary, query)[1]


def _excerpts(kind: str, items: Iterable, query: Query) -> dict[int, str]:
    """Pieces of the bodies of those items whose title and summary do not show why they were found."""
    if query.is_empty:
        return {}
    unexplained = [item.pk for item in items if not _is_marked(item, query)]
    if not unexplained:
        return {}
    texts = EntryText.objects.filter(entry__kind=kind, entry__object_id__in=unexplained)
    return {pk: cut_around(text, query) for pk, text in texts.values_list("entry__object_id", "text")}


def objects_of(model, hits: list[Hit], query: Query) -> list:
    """The objects behind ``hits``, in their order, each with what its card shows as ``.hit``."""
    by_pk = model._default_manager.published().for_list().in_bulk([hit.object_id for hit in hits])
    hits = [hit for hit in hits if hit.object_id in by_pk]
    excerpts = _excerpts(model.search_kind, by_pk.values(), query)
    items = []
    for hit in hits:
        item = by_pk[hit.object_id]
        item.hit = _found(item, hit, query, excerpts.get(item.pk, ""))
        items.append(item)
    return items


def attach_hits(items: Iterable) -> list:
    """Give published objects of one model what their cards show, in one query."""
    items = list(items)
    if not items:
        return items
    kind = items[0].search_kind
    entries = Entry.objects.filter(kind=kind, object_id__in=[item.pk for item in items])
    facets = dict(entries.values_list("object_id", "facets"))
    for item in items:
        item.hit = _found(item, Hit(item.pk, tuple(facets.get(item.pk, ()))), NO_WORDS)
    return items


# --- counts for other pages ----------------------------------------------------------------


def _level(count: int, largest: int) -> int:
    return 0 if not count else 1 + min(3, 4 * count // (largest + 1))


def tiles(counted: Counts, urls: Iterable[str], chosen: str = "") -> list[Tile]:
    """The tile map: the 47 prefectures with their counts, ``urls`` in the order of their codes."""
    largest = max((counted.of("in", region.code) for region in registry.prefectures()), default=0)
    return [
        Tile(region, count := counted.of("in", region.code), url, _level(count, largest), region.code == chosen)
        for region, url in zip(registry.prefectures(), urls, strict=True)
    ]


def prefecture_tiles(kind: str, path: str) -> list[Tile]:
    """The tile map of everything of one kind, linked to its list at ``path``."""
    return tiles(counts(Request(kind)), (f"{path}?region={region.code}" for region in registry.prefectures()))


def theme_counts(kind: str) -> list[tuple[Theme, int]]:
    """The 23 themes with how many entries of one kind each has."""
    counted = counts(Request(kind))
    return [(theme, counted.of("theme", slug)) for slug, theme in registry.themes().items()]


def count_miss(kind: str, query: Query) -> None:
    """Note that words found nothing: the words, the kind and the day, nothing about the person."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO search_missedsearch (words, kind, day, count) VALUES (%s, %s, %s, 1)
            ON CONFLICT (words, kind, day) DO UPDATE SET count = search_missedsearch.count + 1
            """,
            [query.text[:60], kind, timezone.localdate()],
        )


# --- the page ------------------------------------------------------------------------------


@method_decorator(login_not_required, name="dispatch")
class SearchableListView(TemplateView):
    """The public list of one searchable model.

    Subclasses name `model`, `template_name`, `title` and `organization_kinds`, the choices of
    the filter ``kind``; cards come from ``<app>/_<search kind>_card.html``. See `search.address` for the parameters.
    """

    http_method_names = ["get", "head", "options"]
    model = None
    title = ""
    organization_kinds: dict[str, str] = {}

    def get(self, request, *args, **kwargs):
        self.address = list_address.read(request.GET, self.organization_kinds)
        if "municipality" in request.GET:
            # The form without JavaScript has a second list; a bookmark needs one code only.
            return redirect(request.path + self.address.url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        address = self.address
        request = address.request(self.model.search_kind)
        counted = counts(request)
        page = self._page(counted.total)
        relaxations = []
        if counted.total:
            groups = [Group("", self._page_of_objects(request, page))]
        else:
            relaxations = self._relax(request)
            groups = self._relaxed_groups(relaxations)
        return super().get_context_data(
            title=self.title,
            address=address,
            notices=[*address.notices, *self._page_notice(page)],
            total=counted.total,
            page=page,
            groups=groups,
            groups_around=self._groups_around(request),
            relaxations=[relaxation for relaxation in relaxations if relaxation.address],
            filters=list(self._filters()),
            facets=self._facets(counted),
            tiles=tiles(counted, self._prefecture_urls(), self._chosen_prefecture()),
            picker=picker(address.region),
            canonical=address.url(page=page.number) if address.is_filtered or page.number > 1 else "",
            breadcrumb=[(self.title, None)],
            card_template=get_template(self._card_template_name()).template,
            sorts=self._sorts(),
            **kwargs,
        )

    def _card_template_name(self) -> str:
        return f"{self.model._meta.app_label}/_{self.model.search_kind}_card.html"

    def _page(self, total: int) -> Page:
        last = max(1, -(-total // PER_PAGE))
        number = min(self.address.page, last)
        return Page(
            number,
            last,
            total,
            self.address.url(page=number - 1) if number > 1 else "",
            self.address.url(page=number + 1) if number < last else "",
        )

    def _page_notice(self, page: Page) -> list[str]:
        if self.address.page == page.number:
            return []
        return [f"{self.address.page:,}ページ目はありません。最後のページを表示しています。"]

    def _page_of_objects(self, request: Request, page: Page) -> list:
        hits = page_of_hits(request, (page.number - 1) * PER_PAGE, PER_PAGE)
        return objects_of(self.model, hits, request.query)

    def _groups_around(self, request: Request) -> list[Group]:
        """What holds for the whole prefecture and nation, under the municipality's own."""
        if self.address.page > 1:
            return []
        groups: list[Group] = []
        for code, hits in hits_around(request, AROUND).items():
            region = registry.regions()[code]
            where = "全国共通" if code == NATION_CODE else f"{region.full_name}全体"
            items = objects_of(self.model, hits, request.query)
            groups.append(Group(f"{where}の{self.title}", items, self.address.url(region=region)))
        return groups

    def _relax(self, request: Request) -> list[Relaxation]:
        if not request.query.is_empty and not counts(Request(request.kind, request.query)).total:
            count_miss(request.kind, request.query)
        return relax(self.address, request)

    def _relaxed_groups(self, relaxations: list[Relaxation]) -> list[Group]:
        if not relaxations:
            return []
        nearest = relaxations[0]
        hits = page_of_hits(nearest.request, 0, PER_PAGE)
        more = nearest.address.url() if nearest.address and nearest.counts.total > PER_PAGE else ""
        return [Group(nearest.sentence, objects_of(self.model, hits, nearest.request.query), more)]

    def _filters(self) -> Iterator[Option]:
        """The conditions in force, each with the address without it."""
        address = self.address
        if address.query.text:
            yield Option(f"言葉：{address.query.text}", 0, address.url(query=NO_WORDS))
        if address.region:
            name = "全国共通" if address.region.code == NATION_CODE else address.region.full_name
            yield Option(f"地域：{name}", 0, address.url(region=None))
        for theme in address.themes:
            yield Option(f"分野：{theme.name}", 0, address.toggled("themes", theme))
        for kind in address.kinds:
            yield Option(f"団体の種類：{self.organization_kinds[kind]}", 0, address.toggled("kinds", kind))

    def _facets(self, counted: Counts) -> list[tuple[str, str, list[Option]]]:
        address = self.address
        themes = [
            Option(theme.name, counted.of("theme", slug), address.toggled("themes", theme), theme in address.themes)
            for slug, theme in registry.themes().items()
        ]
        kinds = [
            Option(name, counted.of("org", kind), address.toggled("kinds", kind), kind in address.kinds)
            for kind, name in self.organization_kinds.items()
        ]
        facets = [("theme", "分野", themes), ("kind", "団体の種類", kinds)]
        if prefecture := list_address.prefecture_of(address.region):
            facets.insert(
                0, ("municipality", f"{prefecture.name}の市区町村", self._municipalities(counted, prefecture))
            )
        return [
            (name, label, options) for name, label, options in facets if any(o.count or o.is_chosen for o in options)
        ]

    def _municipalities(self, counted: Counts, prefecture: Region) -> list[Option]:
        """The municipalities of a prefecture that have something, the wards of a city after it."""
        chosen = self.address.region
        return [
            Option(region.name, count, self.address.url(region=region), region == chosen)
            for code, region in registry.regions().items()
            if code.startswith(prefecture.code) and code != prefecture.code
            if (count := counted.of("in", code)) or region == chosen
        ]

    def _prefecture_urls(self) -> Iterator[str]:
        # Built once and cut open: 47 encoded addresses per page are slower than the search.
        before, _, after = self.address.url(region=Region(code="__")).partition("region=__")
        return (f"{before}region={region.code}{after}" for region in registry.prefectures())

    def _chosen_prefecture(self) -> str:
        prefecture = list_address.prefecture_of(self.address.region)
        return prefecture.code if prefecture else ""

    def _sorts(self) -> list[Option]:
        if self.address.query.is_empty:
            return []
        return [
            Option(label, 0, self.address.url(sort=sort), self.address.sort == sort)
            for sort, label in ((Sort.RELEVANCE, "関連の高い順"), (Sort.NEWEST, "新しい順"))
        ]


def picker(region: Region | None) -> dict:
    """What the region picker shows: the prefectures, and the municipalities of the chosen one."""
    prefecture = list_address.prefecture_of(region)
    inside = prefecture.code if prefecture else "none"
    return {
        "region": region,
        "prefecture": prefecture,
        "prefectures": registry.prefectures(),
        "municipalities": [r for code, r in registry.regions().items() if len(code) == 6 and code.startswith(inside)],
    }
