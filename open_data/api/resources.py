"""What the API has: kinds of content with the parameters of their lists, and the vocabulary."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, create_model

from cases.views import CaseListView
from events.views import EventArchiveView, EventListView, PastEventListView
from forum.search_pages import TopicSearchView
from open_data.dataset import Dataset
from open_data.datasets import CASES, EVENTS, ORGANIZATIONS, POLICIES, TOPICS
from organizations.views.pages import OrganizationListView
from policies.views import PolicyListView
from search.lists import SearchableListView

MOST_PER_PAGE = 100
WORDS = 'キーワード。空白で区切るとすべてを含むもの、「"…"」はそのままの並び、「-」を付けると含まないもの'
REGION = "地域コード（00は全国共通、2桁は都道府県、6桁は市区町村）。その中にあるものを探します"
THEME = "分野コード。いくつも書けて、どれかに当てはまるものを探します"


class Paging(Schema):
    page: Annotated[int, Field(ge=1, le=1_000_000, description="ページの番号")] = 1
    per_page: Annotated[int, Field(ge=1, le=MOST_PER_PAGE, description="1ページの件数")] = 20


class Searching(Paging):
    q: Annotated[str, Field(description=WORDS)] = ""
    region: Annotated[str, Field(description=REGION)] = ""
    theme: Annotated[list[str], Field(description=THEME)] = []


@dataclass(frozen=True)
class Resource:
    """One kind of content. ``views`` are its lists by the values of ``way``; "" is the only one, where there is one.

    ``facets`` describe the parameters that only this list has.
    """

    dataset: Dataset
    views: dict[str, type[SearchableListView]]
    facets: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.dataset.name

    def query(self) -> type[Schema]:
        """The parameters of the list, the same as those of the page for people."""
        fields: dict[str, Any] = {
            name: (list[str], Field([], description=f"{about}。いくつも書けます"))
            for name, about in self.facets.items()
        }
        sorts = {sort: label for view in self.views.values() for sort, label in view.sorts.items()}
        told = "、".join(f"{sort}={label}" for sort, label in sorts.items())
        fields["sort"] = (Literal["", *sorts], Field("", description=f"並び順。{told}"))
        if len(self.views) > 1:
            ways = "、".join(f"{way}={view.title}" for way, view in self.views.items())
            first = next(iter(self.views))
            fields["way"] = (Literal[tuple(self.views)], Field(first, description=f"どの一覧か。{ways}"))
        return create_model(f"{self.name.capitalize()}Query", __base__=Searching, **fields)

    def view(self, query: Schema) -> SearchableListView:
        return self.views[getattr(query, "way", "")]()


_KIND = "団体の種類のコード"
RESOURCES = (
    Resource(CASES, {"": CaseListView}, {"kind": _KIND}),
    Resource(ORGANIZATIONS, {"": OrganizationListView}, {"kind": _KIND}),
    Resource(
        POLICIES,
        {"": PolicyListView},
        {
            "open": "nowなら、いま申請できるもの",
            "for": "対象者コード",
            "kind": "制度の種類コード",
            "year": "年度（西暦）",
            "ministry": "所管する機関のID",
        },
    ),
    Resource(
        EVENTS,
        {view.way: view for view in (EventListView, PastEventListView, EventArchiveView)},
        {
            "open": "nowなら、いま参加できるもの（これからのイベントだけ）",
            "format": "開催の方法コード",
            "fee": "freeなら、無料のもの",
            "for": "対象者コード",
            "kind": "イベント種類コード",
            "access": "参加しやすさのための用意コード",
        },
    ),
    Resource(
        TOPICS,
        {"": TopicSearchView},
        {"board": "掲示板の番号", "purpose": "目的コード", "solved": "yesなら、解決したもの"},
    ),
)
