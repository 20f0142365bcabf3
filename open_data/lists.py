"""The lists that machines can have, by the same parameters as people: what an address asks for, and what it finds."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from cases.views import CaseListView
from events.views import EventArchiveView, EventListView, PastEventListView
from forum import list_address as forum_address
from forum.lists import DATA_NAME, fitting
from forum.models import Board, Topic
from forum.search_pages import TopicSearchView
from open_data.dataset import Dataset
from open_data.datasets import CASES, EVENTS, ORGANIZATIONS, POLICIES, TOPICS
from open_data.versions import Version, version_of
from organizations.views.pages import OrganizationListView
from policies.views import PolicyListView
from search.address import ListAddress
from search.lists import SearchableListView
from search.matching import ids_of_hits
from search.request import Request, Sort

# Only their keys are held at once.
MOST_ROWS = 100_000


@dataclass(frozen=True)
class IndexedList:
    """A list that the search index answers."""

    view: type[SearchableListView]
    url_name: str
    dataset: Dataset

    @property
    def name(self) -> str:
        return self.view.data_name

    @property
    def title(self) -> str:
        return self.view.title

    def read(self, data: QueryDict) -> ListAddress:
        return self.view().read(data)

    def question(self, address: ListAddress) -> Request:
        return address.request(self.view.model.search_kind)

    def newest(self, address: ListAddress, limit: int) -> list[int]:
        """The keys of what was published last."""
        return ids_of_hits(replace(self.question(address), sort=Sort.NEWEST), limit)

    def all(self, address: ListAddress) -> list[int]:
        """The keys of everything, in the order of the list without words."""
        return ids_of_hits(self.question(address), MOST_ROWS)

    def version(self, address: ListAddress) -> Version:
        asked = self.question(address)
        # Words mean what the synonyms say now, and what is to come is another tomorrow.
        parts = (self.name, address.url(), asked.tsquery())
        return version_of(self.dataset.search_kinds, *parts, hangs_on_today=asked.period is not None)


@dataclass(frozen=True)
class BoardList:
    """The topics of the boards for everybody, the latest written in first."""

    name = DATA_NAME
    title = "交流掲示板の話題"
    url_name = "forum:list"
    dataset = TOPICS

    def read(self, data: QueryDict) -> ListAddress:
        visitor = AnonymousUser()
        return forum_address.read(data, visitor, Board.objects.visible_to(visitor))

    def newest(self, address: ListAddress, limit: int) -> list[int]:
        topics = fitting(Topic.objects.published(), address, AnonymousUser())
        return list(topics.latest_first().values_list("pk", flat=True)[:limit])

    def all(self, address: ListAddress) -> list[int]:
        return self.newest(address, MOST_ROWS)

    def version(self, address: ListAddress) -> Version:
        return version_of(self.dataset.search_kinds, self.name, address.url())


PublicList = IndexedList | BoardList

LISTS: dict[str, PublicList] = {
    one.name: one
    for one in (
        IndexedList(CaseListView, "cases:list", CASES),
        IndexedList(OrganizationListView, "organizations:list", ORGANIZATIONS),
        IndexedList(PolicyListView, "policies:list", POLICIES),
        IndexedList(EventListView, "events:list", EVENTS),
        IndexedList(PastEventListView, "events:past", EVENTS),
        IndexedList(EventArchiveView, "events:archive", EVENTS),
        BoardList(),
        IndexedList(TopicSearchView, "forum:search", TOPICS),
    )
}


@dataclass(frozen=True)
class Asked:
    """One list under the conditions of an address."""

    list: PublicList
    address: ListAddress

    @classmethod
    def of(cls, name: str, data: QueryDict) -> "Asked":
        """What ``data`` asks of the list ``name``; page and order belong to the page for people."""
        data = data.copy()
        for parameter in ("page", "sort"):
            data.pop(parameter, None)
        return cls(LISTS[name], LISTS[name].read(data))

    @property
    def title(self) -> str:
        """「長野県・移動の事例」."""
        what = self.address.in_words
        return f"{what}の{self.list.title}" if what else self.list.title

    @property
    def page_url(self) -> str:
        return settings.SITE_URL + reverse(self.list.url_name) + self.address.url().removesuffix("?")

    def file_url(self, form: str) -> str:
        parameters = self.address.url().removesuffix("?")
        return settings.SITE_URL + reverse(f"open_data:{form}", args=[self.list.name]) + parameters

    def file_name(self) -> str:
        """「cases_13_20261205.csv」."""
        region = [self.address.region.code] if self.address.region else []
        return "_".join([self.list.name, *region, f"{timezone.localdate():%Y%m%d}"]) + ".csv"
