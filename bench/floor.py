"""Floor pages: what the same server, middleware and base template need for the same bytes without any work.

A floor page is `base.html` around the main part of a real page as a ready text. What a real
page costs beyond its floor is what its view, its queries and its templates cost.
"""

import re
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

FOLDER = settings.VAR_DIR / "bench"
_MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)


def keep(name: str, html: str) -> None:
    """Remember the main part of a page as the text of the floor page ``name``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.html").write_text(_MAIN.search(html)[1], encoding="utf-8")


@cache
def _text(name: str) -> str:
    try:
        return (FOLDER / f"{name}.html").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Http404(f"no floor page {name}") from error


@login_not_required
@require_safe
def floor(request, name):
    return render(request, "bench/floor.html", {"text": _text(name)})
