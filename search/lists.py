"""The list page of every kind of searchable content: one view, one template, one set of parameters."""

from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from search import address as list_address
from search import generation
from search.address import ListAddress
from search.cards import Hit, filled
from search.choices import ChoiceFacet
from search.counting import Counts, counts, total
from search.facets import SORTS, address_tiles, chosen, facets, picker, sorts
from search.matching import hits_around, page_of_hits
from search.query import Query
from search.relaxing import Relaxation, loosest, relax
from search.request import Period, Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE

PER_PAGE = 20
# How many entries of the wider regions stand under a municipality's own.
AROUND = 5
# Below how many hits similar ones are shown, too.
FEW_HITS = 3
MISSES_PER_DAY = 5_000
FRAMES_ARE_KEPT = 15 * 60
# The forms in which `open_data` has a list, by the endings of their addresses.
FILE_FORMS = ("atom", "json", "csv")


@dataclass(frozen=True)
class Group:
    """Cards under one heading; `more_url` leads to all of them."""

    heading: str
    cards: list[SafeString]
    more_url: str = ""
    more: str = "すべて見る"


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


def newest_cards(kind: str, count: int) -> list[SafeString]:
    return filled(page_of_hits(Request(kind), 0, count), kind)


def coming_cards(kind: str, count: int, today) -> list[SafeString]:
    """The cards of what takes place from ``today`` on, the soonest first."""
    return filled(page_of_hits(Request(kind, period=Period(first=today), sort=Sort.DATE), 0, count), kind)


def files_of_list(name: str, address: ListAddress) -> dict[str, str]:
    """The addresses under which machines have the list ``name``, by the endings of its forms; none without a name."""
    if not name:
        return {}
    # Where the region only says what comes first, the list holds what lies anywhere.
    region = None if address.order == Sort.SIMILAR else address.region
    parameters = address.url(sort=address.default_sort, region=region).removesuffix("?")
    return {form: reverse(f"open_data:{form}", args=[name]) + parameters for form in FILE_FORMS}


def count_miss(kind: str, query: Query) -> None:
    """Note that words found nothing: the words, the kind and the day, nothing about the person.

    A day holds a limited number of different words, so that a machine that tries addresses cannot fill the table.
    """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO search_missedsearch (words, kind, day, count)
            SELECT %s, %s, %s, 1 WHERE (SELECT count(*) FROM search_missedsearch WHERE day = %s) < %s
            ON CONFLICT (words, kind, day) DO UPDATE SET count = search_missedsearch.count + 1
            """,
            [query.text[:60], kind, today, today, MISSES_PER_DAY],
        )


@method_decorator(login_not_required, name="dispatch")
class SearchableListView(TemplateView):
    """The public list of one searchable model.

    Subclasses name `model`, `template_name`, `title` and `organization_kinds`, the choices of
    the filter ``kind``; they may add facets of their own (`choice_facets`) and other orders (`sorts`).
    See `search.address` for the parameters and `search.cards` for the cards.
    """

    http_method_names = ["get", "head", "options"]
    model = None
    title = ""
    organization_kinds: dict[str, str] = {}
    sorts: dict[str, str] = SORTS
    default_sort = Sort.RELEVANCE
    # Conditions of the list itself, which no parameter takes away: (("recorded", ("yes",)),).
    always: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # What `open_data` calls the list; "" for one that machines cannot have.
    data_name = ""

    def period(self) -> Period | None:
        """When what the list shows takes place; None for kinds that have no time."""
        return None

    def choice_facets(self, data: QueryDict) -> tuple[ChoiceFacet, ...]:
        """The facets of the list's own; some are known only from the parameters ``data``."""
        return ()

    def is_for_search_engines(self, total: int) -> bool:
        """Whether search engines may show the page; of a region or theme only where there is something."""
        return self.address.is_for_search_engines and bool(total or not self.address.is_filtered)

    def read(self, data: QueryDict) -> ListAddress:
        """What the parameters of an address ask of this list, for its page and for whoever else needs its content."""
        self.own_facets = self.choice_facets(data)
        sorts = list(self.sorts)
        address = list_address.read(data, self.organization_kinds, self.own_facets, sorts, self.default_sort)
        return replace(address, period=self.period(), always=self.always)

    def get(self, request, *args, **kwargs):
        self.address = self.read(request.GET)
        if "municipality" in request.GET:
            # The form without JavaScript has a second list; a bookmark needs one code only.
            return redirect(request.path + self.address.url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        address = self.address
        request = address.request(self.model.search_kind)
        counted = counts(request)
        page = self._page(counted.total)
        frame = self._frame(counted)
        context = {
            "title": self.title,
            "address": address,
            "notices": [*address.notices, *self._page_notice(page)],
            "total": counted.total,
            "page": page,
            "filters": chosen(address, self.organization_kinds),
            "frame": frame,
            "has_facets": 'class="filters"' in frame,
            "is_for_search_engines": self.is_for_search_engines(counted.total),
            "canonical": address.url(page=page.number) if address.is_filtered or page.number > 1 else "",
            "breadcrumb": [(self.title, None)],
            "sorts": sorts(address, self.sorts),
            "everywhere_url": reverse("search:all") + address.for_all_kinds.url() if address.query.text else "",
            "files": files_of_list(self.data_name, address),
        }
        return super().get_context_data(**{**context, **self.results(request, page), **kwargs})

    def results(self, request: Request, page: Page) -> dict:
        """What stands beside the frame: one page of cards, or what a looser search finds."""
        relaxations = []
        if page.total:
            hits = page_of_hits(request, (page.number - 1) * PER_PAGE, PER_PAGE, page.total)
            groups = [Group("", filled(hits, request.kind, request.query)), *self._similar(request, hits, page)]
        else:
            relaxations = self._relax(request)
            groups = self._relaxed_groups(relaxations)
        return {
            "groups": groups,
            "groups_around": self.groups_around(request) if self.address.page == 1 else [],
            "relaxations": [relaxation for relaxation in relaxations if relaxation.address],
        }

    def _frame(self, counted: Counts) -> SafeString:
        """Form, map and facets, kept until the next write: they are the same on every page of a list."""
        address = self.address
        # The counts follow the synonyms, too, which only the question to the index tells.
        asked = address.request(self.model.search_kind)
        key = generation.cache_key(asked.kind, "frame", self.request.path, address.url(), asked.tsquery(), asked.period)
        frame = cache.get(key)
        if frame is None:
            context = {
                "address": address,
                "path": self.request.path,
                "picker": picker(address.region),
                "facets": facets(address, counted, self.organization_kinds, self.own_facets),
                "tiles": address_tiles(address, counted),
            }
            frame = render_to_string("search/_frame.html", context)
            cache.set(key, frame, FRAMES_ARE_KEPT)
        return frame

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

    def _similar(self, request: Request, hits: list[Hit], page: Page) -> list[Group]:
        """Below very few ``hits``, what has some of the words."""
        loose = loosest(request) if page.total < FEW_HITS else None
        if loose is None:
            return []
        strict = {hit.object_id for hit in hits}
        similar = [hit for hit in page_of_hits(loose, 0, AROUND + page.total) if hit.object_id not in strict]
        cards = filled(similar[:AROUND], request.kind, loose.query)
        return [Group(f"近い内容の{self.title}", cards)] if cards else []

    def groups_around(self, request: Request) -> list[Group]:
        """What holds for the whole prefecture and nation, under the municipality's own."""
        groups: list[Group] = []
        for code, hits in hits_around(request, AROUND).items():
            if not hits:
                continue
            region = registry.regions()[code]
            is_nation = code == NATION_CODE
            heading = f"全国共通の{self.title}" if is_nation else f"{region.full_name}全体の{self.title}"
            more = f"{'全国共通' if is_nation else region.full_name}の{self.title}をすべて見る"
            cards = filled(hits, request.kind, request.query)
            groups.append(Group(heading, cards, self.address.url(region=region), more))
        return groups

    def _relax(self, request: Request) -> list[Relaxation]:
        if not request.query.is_empty and not total(Request(request.kind, request.query)):
            count_miss(request.kind, request.query)
        return relax(self.address, request)

    def _relaxed_groups(self, relaxations: list[Relaxation]) -> list[Group]:
        if not relaxations:
            return []
        nearest = relaxations[0]
        hits = page_of_hits(nearest.request, 0, PER_PAGE)
        more = nearest.address.url() if nearest.address and nearest.total > PER_PAGE else ""
        return [Group(nearest.sentence, filled(hits, nearest.request.kind, nearest.request.query), more)]
