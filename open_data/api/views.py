"""Answers of the API: pages of lists and single objects."""

from collections.abc import Iterable, Sequence
from functools import cache

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from ninja import Schema

from open_data.answers import misread, not_found, too_many
from open_data.api.resources import Paging, Resource
from open_data.dataset import Dataset, Row
from open_data.datasets import REGIONS, THEMES
from open_data.versions import Version, version_of
from search.counting import total
from search.matching import page_of_hits
from taxonomy import registry

NOTHING_THERE = "この番号の公開されている内容はありません。"


def page_of_list(request, resource: Resource, query: Schema) -> HttpResponse:
    view = resource.view(query)
    data = request.GET.copy()
    data.pop("page", None)
    address = view.read(data)
    if address.misread:
        return misread(address.misread)
    asked = address.request(view.model.search_kind)

    def make():
        count, first = total(asked), (query.page - 1) * query.per_page
        hits = page_of_hits(asked, first, query.per_page, count) if first < count else []
        items = resource.dataset.items([hit.object_id for hit in hits])
        return _page(request, query, count, map(resource.dataset.short_row, items))

    parts = (request.get_full_path(), asked.tsquery())
    version = version_of(resource.dataset.search_kinds, *parts, hangs_on_today=asked.period is not None)
    return _answer(request, version, make)


def one(request, dataset: Dataset, pk: int) -> HttpResponse:
    def make():
        item = next(dataset.items([pk]), None)
        return not_found(NOTHING_THERE) if item is None else _json(dataset.row(item))

    return _answer(request, version_of(dataset.search_kinds, dataset.name, pk), make)


def page_of_themes(request, query: Paging) -> HttpResponse:
    return _page_of_vocabulary(request, query, THEMES, list(registry.themes().values()))


def one_theme(request, slug: str) -> HttpResponse:
    return _one_of_vocabulary(request, THEMES, registry.themes().get(slug))


def page_of_regions(request, query: Paging, inside: str) -> HttpResponse:
    """All regions, or those in the region ``inside`` with itself."""
    regions = list(registry.regions().values())
    if inside:
        if registry.region(inside) is None:
            return misread([f"地域コード「{inside[:20]}」は見つかりませんでした。"])
        regions = [region for region in regions if inside in registry.region_path(region.code)]
    return _page_of_vocabulary(request, query, REGIONS, regions)


def one_region(request, code: str) -> HttpResponse:
    return _one_of_vocabulary(request, REGIONS, registry.regions().get(code))


def _page_of_vocabulary(request, query: Paging, dataset: Dataset, items: Sequence) -> HttpResponse:
    first = (query.page - 1) * query.per_page

    def make():
        rows = map(dataset.short_row, items[first : first + query.per_page])
        return _page(request, query, len(items), rows)

    return _answer(request, version_of((), request.get_full_path(), _vocabulary()), make)


def _one_of_vocabulary(request, dataset: Dataset, item) -> HttpResponse:
    if item is None:
        return not_found(NOTHING_THERE)
    version = version_of((), request.path, _vocabulary())
    return _answer(request, version, lambda: _json(dataset.row(item)))


@cache
def _vocabulary() -> int:
    """Another number when the regions or themes of this process are others."""
    rows = (
        tuple(map(str, one.__dict__.values())) for one in (*registry.regions().values(), *registry.themes().values())
    )
    return hash(tuple(rows))


registry.on_clear(_vocabulary.cache_clear)


def _answer(request, version: Version, make) -> HttpResponse:
    return version.answer(request, lambda: too_many(request, "api") or make())


def _page(request, query: Paging, count: int, rows: Iterable[Row]) -> JsonResponse:
    content = {
        "total": count,
        "page": query.page,
        "per_page": query.per_page,
        "next": _next(request, query) if query.page * query.per_page < count else None,
        "items": list(rows),
    }
    return _json(content)


def _next(request, query: Paging) -> str:
    data = request.GET.copy()
    data["page"] = str(query.page + 1)
    return f"{settings.SITE_URL}{request.path}?{data.urlencode()}"


def _json(content: dict) -> JsonResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})
