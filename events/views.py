"""Pages of the events that everybody may read."""

from datetime import date, timedelta

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from events.calendar_links import links_to_add
from events.calendar_pages import Month
from events.choices import FROM_ANYWHERE
from events.filters import COMING_FACETS, FORMAT_FACET, PAST_FACETS
from events.models import Event
from events.related import related_to
from events.subscriptions import subscription_to
from events.times import day_text
from events.video_addresses import FRAME_SOURCES
from publishing import qr_code as qr_codes
from search.cards import filled
from search.choices import with_values
from search.lists import AROUND, Group, SearchableListView
from search.matching import hits_by_condition, ids_of_hits
from search.pages import SearchableDetailView
from search.query import all_of, facet_is, quote
from search.request import Period, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE
from taxonomy.wareki import era_year

# The ways to look at events, by the names of their addresses.
WAYS = {"list": "これから", "calendar": "カレンダー", "past": "終わったもの", "archive": "動画・記録"}
# More than this are never drawn into one month; the page says so.
MOST_IN_A_MONTH = 1_000


class EventListView(SearchableListView):
    """What is to come, the soonest first; what takes place today is among it until midnight."""

    model = Event
    template_name = "events/event_list.html"
    title = "イベント"
    sorts = {Sort.DATE: "開催日の近い順", Sort.RELEVANCE: "関連の高い順", Sort.NEWEST: "新着順"}
    default_sort = Sort.DATE
    data_name = "events"
    way = "list"

    def period(self):
        return Period(first=timezone.localdate())

    def choice_facets(self, data):
        return COMING_FACETS

    def get_context_data(self, **kwargs):
        context = super().get_context_data(ways=self.ways(), way=self.way, **kwargs)
        subscription = subscription_to(self.address, context["total"])
        return {**context, "subscription": subscription, **self.own_files(subscription)}

    def own_files(self, subscription) -> dict[str, str]:
        """Where the list is as a table of 推奨データセット and as a calendar, beside what all lists are."""
        if not self.data_name:
            return {}
        is_coming = self.way == "list"
        way = [] if is_coming else [("way", self.way)]
        standard_url = reverse("events:export", query=[*self.address.parameters(), *way])
        return {"standard_url": standard_url, "calendar_url": subscription.url if is_coming else ""}

    def ways(self) -> list[tuple[str, str, str]]:
        """The ways to look at events under the same conditions: name, label, address."""
        parameters = self.address.url().removesuffix("?")
        return [(name, label, reverse(f"events:{name}") + parameters) for name, label in WAYS.items()]

    def groups_around(self, request):
        """Beside what holds for the prefecture and the nation: the rest of the prefecture, and what is online."""
        region, groups = self.address.region, super().groups_around(request)
        if region is None or region.code == NATION_CODE:
            return groups
        prefecture = registry.regions()[region.prefecture_code]
        in_prefecture = quote(f"in:{prefecture.code}")
        around = [f"!{quote(f'in:{region.code}')}", f"!{quote(f'at:{prefecture.code}')}"]
        from_anywhere = facet_is("format", FROM_ANYWHERE)
        conditions = {
            "near": all_of([in_prefecture, *around, *request.others]),
            "online": all_of([from_anywhere, f"!{in_prefecture}", f"!{quote(f'at:{NATION_CODE}')}", *request.others]),
        }
        if region == prefecture:
            del conditions["near"]
        found = hits_by_condition(request.kind, conditions, AROUND, query=request.query, period=request.period)
        near_url = self.address.url(region=prefecture)
        online = with_values(self.address.choices, FORMAT_FACET, tuple(map(str, FROM_ANYWHERE)))
        online_url = self.address.url(region=None, choices=online)
        near = self._group(request, f"{prefecture.name}のほかの市区町村", found.get("near"), near_url)
        return [*near, *groups, *self._group(request, "どこからでも参加できる", found["online"], online_url)]

    def _group(self, request, which, hits, url):
        if not hits:
            return []
        title = f"{which}{'の' if which.endswith('村') else ''}{self.title}"
        return [Group(title, filled(hits, request.kind, request.query), url, f"{title}をすべて見る")]


class PastEventListView(EventListView):
    """What is over, the latest first."""

    title = "終わったイベント"
    sorts = {**EventListView.sorts, Sort.DATE: "開催日の新しい順"}
    data_name = "past-events"
    way = "past"

    def period(self):
        return Period(last=timezone.localdate() - timedelta(days=1))

    def choice_facets(self, data):
        return PAST_FACETS


class EventArchiveView(PastEventListView):
    """Events whose recording can be watched, the latest first."""

    title = "イベントの動画・記録"
    data_name = "event-archive"
    way = "archive"
    always = (("recorded", ("yes",)),)

    def period(self):
        return Period()


class EventDayView(EventListView):
    """What takes place on one day."""

    data_name = ""
    way = "calendar"

    def setup(self, request, year, month, day):
        super().setup(request)
        try:
            self.month, self.day = Month(year, month), date(year, month, day)
        except ValueError as error:
            raise Http404(str(error)) from error

    def get(self, request, **kwargs):
        return super().get(request)

    def period(self):
        return Period(self.day, self.day)

    def is_for_search_engines(self, total):
        return False

    def get_context_data(self, **kwargs):
        return super().get_context_data(day=self.day, day_name=day_text(self.day), month=self.month, **kwargs)


class EventCalendarView(EventListView):
    """A month as a table; the address without one leads to the month that is now."""

    template_name = "events/event_calendar.html"
    data_name = ""
    way = "calendar"

    def setup(self, request, year=None, month=None):
        super().setup(request)
        self.is_of_now = year is None
        try:
            self.month = Month(year, month) if year else Month.of(timezone.localdate())
        except ValueError as error:
            raise Http404(str(error)) from error

    def get(self, request, **kwargs):
        return super().get(request)

    def period(self):
        return self.month.period

    def is_for_search_engines(self, total):
        """Only the address that leads to the month that is now: a robot would never come to the end of the others."""
        return self.is_of_now and super().is_for_search_engines(total)

    def results(self, request, page):
        pks = ids_of_hits(request, MOST_IN_A_MONTH)
        # What has a month only stands on none of its days.
        events = Event.objects.filter(pk__in=pks, only_month_known=False).only(
            "title", "state", "format", "venue", *Event.TIME_FIELDS
        )
        weeks = self.month.weeks(events.order_by(*Event._meta.ordering), timezone.localdate())
        return {
            "month": self.month,
            "weeks": weeks,
            "era_year": era_year(self.month.last),
            "undated": Event.objects.filter(pk__in=pks, only_month_known=True).order_by("title", "pk"),
            "days": [day for week in weeks for day in week if day.is_in_month and day.events],
            "sorts": [],
            "is_cut": page.total > len(pks),
            "parameters": self.address.url().removesuffix("?"),
            "page": None,
        }


# Only here a video of another site may be shown, and only once somebody asks for it (static/js/video.js).
@method_decorator(csp_update({"frame-src": list(FRAME_SOURCES)}), name="dispatch")
class EventDetailView(SearchableDetailView):
    model = Event
    template_name = "events/event_detail.html"

    def around(self, pk, body):
        """What hangs on now and on others, and so is no part of the stored page."""
        user = self.request.user
        fields = (*Event.TIME_FIELDS, "uid", "title", "url", "version", "venue", "address")
        event = get_object_or_404(Event.objects.only(*fields), pk=pk)
        return {
            "event": event,
            "calendar_links": links_to_add(event, body.description),
            "can_edit": user.is_authenticated and Event.objects.editable_by(user).filter(pk=pk).exists(),
            **related_to(pk, body),
        }


@login_not_required
@require_safe
def qr_code(request, pk):
    """The address of the event's page as a picture, for whoever may see the page."""
    event = get_object_or_404(Event.objects.visible_to(request.user).only("pk"), pk=pk)
    return qr_codes.answer(event.get_absolute_url())
