"""Pages of long lists whose parameters stay in the address."""

from django.core.paginator import Page, Paginator


def page_of(items, request, *, per_page: int, name: str = "page") -> Page:
    """The page that the address asks for by the parameter ``name``; whatever stands there, there is one. Knows the
    addresses around it."""
    page = Paginator(items, per_page).get_page(request.GET.get(name))
    page.num_pages = page.paginator.num_pages
    page.previous_url = _address(request, name, page.number - 1) if page.has_previous() else ""
    page.next_url = _address(request, name, page.number + 1) if page.has_next() else ""
    return page


def _address(request, name: str, number: int) -> str:
    parameters = request.GET.copy()
    parameters[name] = str(number)
    return f"?{parameters.urlencode()}"
