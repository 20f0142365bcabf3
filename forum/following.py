"""What can be followed, as addresses and links name it, and what somebody is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from cases.models import CaseStudy
from events.models import Event
from forum import saved_lists
from forum.models import Subscription, What, said
from forum.saved_lists import NotSavable, SavedList
from organizations.models import Organization
from taxonomy import registry
from taxonomy.models import Region, Theme

# By the parameter of an address: what of it may be followed.
OBJECTS = {What.ORGANIZATION: Organization, What.CASE: CaseStudy, What.EVENT: Event}
ALL = "新しい事例・イベント・施策・団体と、掲示板の話題"
# What comes, by what is followed.
COMES = {
    What.PLACE: ALL,
    What.ORGANIZATION: "この団体の新しい事例・イベント・施策と、この団体についての掲示板の話題",
    What.CASE: "この事例を手本にした新しい事例と、この事例についての掲示板の話題",
    What.EVENT: "日時・会場の変更や、中止・延期のお知らせ",
    What.LIST: "この条件に合う、新しく載ったもの",
}
OF_TOPICS = "この条件に合う掲示板の、新しい話題と返信"


class Unknown(Exception):
    """What is named cannot be followed: it is not there, or not public."""


@dataclass(frozen=True)
class Target:
    """One thing to follow."""

    what: What
    theme: Theme | None = None
    region: Region | None = None
    organization: Organization | None = None
    case: CaseStudy | None = None
    event: Event | None = None
    saved: SavedList | None = None

    @classmethod
    def of(cls, subscription: Subscription, reader) -> "Target":
        """What is followed already; of a list only while ``reader`` may read it."""
        saved = saved_lists.stored(subscription.address, reader) if subscription.what == What.LIST else None
        names = ("theme", "region", "organization", "case", "event")
        return cls(What(subscription.what), **{name: getattr(subscription, name) for name in names}, saved=saved)

    @property
    def fields(self) -> dict:
        """The fields of its `Subscription`."""
        names = ("theme", "region", "organization", "case", "event")
        return {
            "what": self.what,
            **{name: getattr(self, name) for name in names},
            "address": self.saved.url if self.saved else "",
        }

    @property
    def parameters(self) -> dict[str, str]:
        """As addresses and links name it, see `read`."""
        if self.what == What.LIST:
            return {"list": self.saved.url}
        if self.what == What.PLACE:
            named = {"theme": self.theme and self.theme.slug, "region": self.region and self.region.code}
            return {name: value for name, value in named.items() if value}
        return {str(self.what): str(self._followed.pk)}

    @property
    def _followed(self):
        return self.organization or self.case or self.event

    @property
    def has_digest(self) -> bool:
        return self.what != What.EVENT

    @property
    def suggested_name(self) -> str:
        """For what the person may give a name."""
        return self.saved.suggested_name if self.saved else ""

    @property
    def label(self) -> str:
        if self.what == What.PLACE:
            return said(self.theme, self.region)
        return self.suggested_name or str(self._followed)

    @property
    def comes(self) -> str:
        """What somebody is mailed."""
        if self.what == What.LIST and self.saved.is_of_topics:
            return OF_TOPICS
        return COMES[self.what]

    @property
    def has_event_changes(self) -> bool:
        return self.what in (What.EVENT, What.ORGANIZATION)

    @cached_property
    def url(self) -> str:
        """Its page; "" for a list that cannot be read any more."""
        if self.what == What.LIST:
            return self.saved.newest_url if self.saved else ""
        if self.what == What.PLACE:
            return reverse("search:all", query=self.parameters) if self.parameters else reverse("home")
        return self._followed.get_absolute_url()


def read(data: Mapping[str, str], user) -> Target:
    """What the parameters name: ``organization=12``, ``case=…``, ``event=…``, ``list=/cases/?theme=…``, or ``theme``
    and ``region``, of which none stands for all. Raises Unknown."""
    for what, model in OBJECTS.items():
        if value := data.get(what, ""):
            return Target(what, **{str(what): _public(model, value)})
    if address := data.get("list", ""):
        try:
            return Target(What.LIST, saved=saved_lists.read(address, user))
        except NotSavable as error:
            raise Unknown(str(error)) from error
    return Target(What.PLACE, theme=_theme(data.get("theme", "")), region=_region(data.get("region", "")))


def _public(model, value: str):
    found = None
    if value.isascii() and value.isdigit() and len(value) < 10:
        found = model.objects.published().filter(pk=value).first()
    if found is None:
        raise Unknown(f"{model.__name__} {value[:20]}")
    return found


def _theme(slug: str) -> Theme | None:
    if slug and slug not in registry.themes():
        raise Unknown(slug[:20])
    return registry.themes().get(slug)


def _region(code: str) -> Region | None:
    if not code:
        return None
    found = registry.region(code)
    if found is None:
        raise Unknown(code[:20])
    return found
