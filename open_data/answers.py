"""How machines are answered: open to scripts of every site, kept by shared caches, errors as JSON in Japanese."""

import logging
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from accounts import limits

logger = logging.getLogger(__name__)
# What is taken back must not stay long in the caches of others.
KEPT_FOR = 300
_METHODS = ("GET", "HEAD", "OPTIONS")
PROBLEM = "application/problem+json"


def public_data(view):
    """For views that give everybody the same: they read no cookie, and scripts of other sites may ask them."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = HttpResponse(status=204) if request.method == "OPTIONS" else _asked(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = response["Allow"] = ", ".join(_METHODS)
            response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
            response["Access-Control-Max-Age"] = "86400"
        response["X-Content-Type-Options"] = "nosniff"
        # An error may be over in a moment.
        kept_for = KEPT_FOR if response.status_code < 400 else 0
        response.setdefault("Cache-Control", f"public, max-age={kept_for}")
        return response

    return login_not_required(require_http_methods(_METHODS)(answer))


def _asked(view, request, *args, **kwargs) -> HttpResponse:
    """What the view answers; a sentence where the database is away or took too long, as pages say it to people."""
    try:
        return view(request, *args, **kwargs)
    except (OperationalError, InterfaceError):
        logger.warning("The database did not answer %s.", request.path, exc_info=True)
        detail = (
            "いま混み合っているため、お答えできません。条件を減らすか、しばらく待ってから、もう一度お試しください。"
        )
        response = problem(HTTPStatus.SERVICE_UNAVAILABLE, "ただいま混み合っています", detail)
        response["Retry-After"] = "30"
        return response


def problem(status: int, title: str, detail: str) -> JsonResponse:
    """An error as RFC 9457 wants it."""
    content = {"type": "about:blank", "title": title, "status": int(status), "detail": detail}
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = PROBLEM
    return response


def misread(sentences) -> JsonResponse:
    """For conditions that are not understood: without them the answer would be full of what nobody asked for."""
    return problem(HTTPStatus.BAD_REQUEST, "条件を読み取れませんでした", "".join(sentences))


def not_found(detail: str) -> JsonResponse:
    return problem(HTTPStatus.NOT_FOUND, "見つかりませんでした", detail)


def too_many(request, what: str) -> JsonResponse | None:
    """The refusal for an address that has asked too often for ``what``, a name in OPEN_DATA_LIMITS; else None.

    Readers who have the present version already are not counted: they cost nothing.
    """
    limit = limits.Limit(*settings.OPEN_DATA_LIMITS[what])
    wait = limits.take((f"open data {what} {limits.place(request.META.get('REMOTE_ADDR', ''))}", limit))
    if not wait:
        return None
    detail = (
        f"短い時間に多くのご利用がありました。{wait}秒ほど待ってから、もう一度お試しください。"
        "まとめて使うときは、オープンデータのページのファイルが便利です。"
    )
    response = problem(HTTPStatus.TOO_MANY_REQUESTS, "少しお待ちください", detail)
    response["Retry-After"] = str(wait)
    return response
