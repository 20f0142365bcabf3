from functools import wraps

from django.urls import path

from open_data.answers import public_data
from open_data.api import pages
from open_data.api.api import api

app_name = "api"


def _answering(view):
    """A view of the package as all views of open data are; HEAD is what GET is without its body."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "HEAD":
            request.method = "GET"
        return view(request, *args, **kwargs)

    return public_data(answer)


urlpatterns = [
    path("", pages.page, name="page"),
    path("openapi.json", pages.description, name="openapi"),
    *(
        path(str(pattern.pattern), _answering(pattern.callback), name=pattern.name)
        for pattern in api.urls[0]
        if pattern.name != "api-root"
    ),
    # With its last slash, so that an address without one is led to the one that has it.
    path("<path:rest>/", pages.nothing, name="nothing"),
]
