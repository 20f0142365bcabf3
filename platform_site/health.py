"""Answers for machines: is the process alive, is it ready."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)
PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
@never_cache
def healthz(request):
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type=PLAIN)


@login_not_required
@require_safe
@never_cache
def readyz(request):
    """The database answers too, so that a balancer may send visitors here."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        logger.warning("The database does not answer.", exc_info=True)
        return HttpResponse(
            "the database does not answer\n", status=503, content_type=PLAIN, headers={"Retry-After": 10}
        )
    return HttpResponse("ok\n", content_type=PLAIN)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request):
    """Browsers that read no SVG icon ask here."""
    return HttpResponseRedirect(static("img/favicon.ico"))
