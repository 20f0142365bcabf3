"""The read-only API: its operations, and their description as OpenAPI."""

from functools import cache
from http import HTTPStatus

from django.conf import settings
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError

from open_data.answers import PROBLEM, problem
from open_data.api import views
from open_data.api.resources import REGION, RESOURCES, Paging, Resource
from open_data.api.schemas import Problem, item_of, page_of
from open_data.datasets import REGIONS, THEMES

ROOT = "api/v1/"
MOST_ID = 2**63 - 1

api = NinjaAPI(
    title=f"{settings.SITE_NAME} API",
    version="1.0.0",
    description="公開されている事例、団体、施策・予算、イベント、掲示板の話題、分野、地域を読むためのAPIです。鍵はいりません。",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": settings.SITE_URL}],
)
REFUSALS = {400: Problem, 429: Problem, 503: Problem}


@api.exception_handler(ValidationError)
def _not_valid(request, error):
    names = dict.fromkeys(str(each["loc"][-1]) for each in error.errors)
    detail = "".join(f"「{name}」の値を読み取れません。" for name in names)
    return problem(HTTPStatus.BAD_REQUEST, "条件を読み取れませんでした", detail)


def _add(resource: Resource) -> None:
    dataset, query_of_list = resource.dataset, resource.query()
    tags = [dataset.title]

    @api.get(
        f"{resource.name}/",
        response={200: page_of(dataset), **REFUSALS},
        operation_id=f"list_{resource.name}",
        url_name=f"list_{resource.name}",
        summary=f"{dataset.title}の一覧",
        description=f"{dataset.about}。長い文章は、1件を読むとあります。",
        tags=tags,
    )
    def list_of(request, query: Query[query_of_list]):
        return views.page_of_list(request, resource, query)

    @api.get(
        f"{resource.name}/{{pk}}/",
        response={200: item_of(dataset, is_short=False), 404: Problem, **REFUSALS},
        operation_id=f"get_{resource.name}",
        url_name=f"get_{resource.name}",
        summary=f"{dataset.title}の1件",
        description="長い文章も含む、すべての項目。",
        tags=tags,
    )
    def one_of(request, pk: int = Path(..., ge=1, le=MOST_ID, description="ID")):
        return views.one(request, dataset, pk)


for each in RESOURCES:
    _add(each)


@api.get(
    "themes/",
    response={200: page_of(THEMES), **REFUSALS},
    operation_id="list_themes",
    url_name="list_themes",
    summary="分野の一覧",
    tags=["分野"],
)
def list_themes(request, query: Query[Paging]):
    return views.page_of_themes(request, query)


@api.get(
    "themes/{slug}/",
    response={200: item_of(THEMES, is_short=False), 404: Problem, **REFUSALS},
    operation_id="get_themes",
    url_name="get_themes",
    summary="分野の1件",
    tags=["分野"],
)
def get_theme(request, slug: str = Path(..., description="分野コード")):
    return views.one_theme(request, slug)


@api.get(
    "regions/",
    response={200: page_of(REGIONS), **REFUSALS},
    operation_id="list_regions",
    url_name="list_regions",
    summary="地域の一覧",
    tags=["地域"],
)
def list_regions(request, query: Query[Paging], region: str = Query("", description=REGION)):
    return views.page_of_regions(request, query, region)


@api.get(
    "regions/{code}/",
    response={200: item_of(REGIONS, is_short=False), 404: Problem, **REFUSALS},
    operation_id="get_regions",
    url_name="get_regions",
    summary="地域の1件",
    tags=["地域"],
)
def get_region(request, code: str = Path(..., description="地域コード")):
    return views.one_region(request, code)


@cache
def openapi() -> dict:
    """The description of the API, with errors as what they are sent as."""
    schema = dict(api.get_openapi_schema(path_prefix=ROOT))
    for operations in schema["paths"].values():
        for operation in operations.values():
            for code, response in operation["responses"].items():
                if int(code) >= 400:
                    response["content"] = {PROBLEM: response["content"]["application/json"]}
                response["description"] = HTTPStatus(int(code)).phrase
    return schema
