"""The API's description, for programs and for people, and what is said where it has nothing."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from open_data.answers import not_found, public_data
from open_data.api.api import openapi
from open_data.api.resources import MOST_PER_PAGE, RESOURCES

WORDS_FOR_CODES = {
    HTTPStatus.OK: "見つかりました",
    HTTPStatus.BAD_REQUEST: "条件を読み取れません",
    HTTPStatus.NOT_FOUND: "その番号のものはありません",
    HTTPStatus.TOO_MANY_REQUESTS: "短い時間に多すぎます",
    HTTPStatus.SERVICE_UNAVAILABLE: "混み合っています",
}


@dataclass(frozen=True)
class Operation:
    path: str
    summary: str
    description: str
    parameters: list[dict]
    dataset: str


@login_not_required
@require_safe
def page(request):
    operations = [_operation(path, methods["get"]) for path, methods in openapi()["paths"].items()]
    times, seconds = settings.OPEN_DATA_LIMITS["api"]
    context = {
        "operations": operations,
        "most_per_page": MOST_PER_PAGE,
        "limit": times,
        "limit_seconds": seconds,
        "codes": [(code.value, words) for code, words in WORDS_FOR_CODES.items()],
        "example": f"{settings.SITE_URL}{reverse('api:list_cases')}?region=13&theme=mobility",
        "breadcrumb": [("オープンデータ", reverse("open_data:page")), ("API（読み取り用）", None)],
    }
    return render(request, "open_data/api.html", context)


def _operation(path: str, described: dict) -> Operation:
    name = path.split("/")[3]
    is_list = described["operationId"].startswith("list_")
    parameters = described.get("parameters", [])
    return Operation(path, described["summary"], described.get("description", ""), parameters, name if is_list else "")


@public_data
def description(request):
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@public_data
def nothing(request, rest):
    names = "、".join(resource.name for resource in RESOURCES)
    return not_found(f"このアドレスのAPIはありません。あるのは {names}、themes、regions です。")
