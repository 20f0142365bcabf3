"""Any list of events as a file for spreadsheets."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import exporting
from events.views import EventArchiveView, EventListView, PastEventListView
from policies.spreadsheets import csv_stream
from search import address as list_address
from search.matching import ids_of_hits
from search.request import Sort

# The lists by their names among the ways to look at events.
LISTS = {view.way: view for view in (EventListView, PastEventListView, EventArchiveView)}
# Only their keys are held at once.
MOST_EVENTS = 100_000


@login_not_required
@require_safe
def export(request):
    """The events of a list under the header of 推奨データセット, with the parameters of the list.

    ``way`` says which list: what is to come, unless it is "past" or "archive".
    """
    view = LISTS.get(request.GET.get("way", ""), EventListView)()
    address = list_address.read(request.GET, {}, view.choice_facets(request.GET), [Sort.DATE], Sort.DATE)
    asked = replace(address, period=view.period(), always=view.always).request(view.model.search_kind)
    return csv_stream(exporting.rows(ids_of_hits(asked, MOST_EVENTS)), _file_name(address.region))


def _file_name(region) -> str:
    """As the government's data set wants it: the code of the place, and what it is."""
    code = exporting.code_of(region) or "all"
    return f"{code}_event_{timezone.localdate():%Y%m%d}.csv"
