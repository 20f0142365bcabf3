"""Pages for what goes wrong. They use neither the database nor the request."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from psycopg.errors import QueryCanceled

DATABASE_ERRORS = (OperationalError, InterfaceError)


def server_error(request):
    """The 500 page; 503 and when to come back if it was the database that did not answer."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_ERRORS) and isinstance(error.__cause__, QueryCanceled):
        return unavailable(
            "時間がかかりすぎたため中止しました",
            "表示する内容をまとめるのに時間がかかりすぎました。言葉や条件を減らすと、うまくいくことがあります。",
            retry_after=30,
        )
    if isinstance(error, DATABASE_ERRORS):
        return unavailable(
            "ただいま混み合っています",
            "情報を保管している場所とつながらず、ページを表示できません。ご不便をおかけして申し訳ありません。",
            retry_after=30,
        )
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(title, text, *, retry_after):
    """A 503 page with Retry-After in seconds."""
    page = render_to_string("503.html", {"title": title, "text": text})
    return HttpResponse(page, status=503, headers={"Retry-After": retry_after})
