"""What the page shows of each kind of content for one theme and one place, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cases.models import CaseStudy
from events.choices import FROM_ANYWHERE, EventState
from events.models import Event
from forum.models import ASKING, Purpose, Topic
from organizations.models import Organization
from policies.models import Policy, PolicyKind
from publishing.markdown import plain
from search.address import prefecture_of
from search.query import all_of, facet_is, quote
from search.request import Period
from start.looking import Find, Look, Source, look_in_turn
from start.models import Part
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, RegionKind, Theme
from taxonomy.similar import Neighbour, nearest

# Of each kind, so many: on paper they stand side by side.
MOST, MOST_OPEN_TOPICS = 3, 2
# Cases are sought in the towns most alike, and only where these have too few in the next ones, too.
TOWNS_ALIKE, TOWNS_IN_ALL, PREFECTURES_ALIKE = 20, 100, 8
PAYING = (PolicyKind.PROGRAM, PolicyKind.BUDGET)
LONGEST_OFFER = 80
# How a topic begins that asks the board for what is missing.
QUESTIONS = {
    Part.CASES: "の事例をさがしています",
    Part.MONEY: "に使える補助金や予算をさがしています",
    Part.ORGANIZATIONS: "に取り組む団体をさがしています",
    Part.EVENTS: "のイベントや研修をさがしています",
    Part.TOPICS: "について教えてください",
    Part.CONTACT: "の相談先を教えてください",
}
# The list that has more of the same.
LISTS = {
    Part.CASES: ("cases:list", "事例"),
    Part.MONEY: ("policies:list", "施策・予算"),
    Part.ORGANIZATIONS: ("organizations:list", "団体"),
    Part.EVENTS: ("events:list", "イベント"),
    Part.TOPICS: ("forum:list", "話題"),
}


@dataclass(frozen=True)
class PartOfPage:
    """One part with what was found; `missing` says as a sentence what was not, "" when nothing lacks."""

    part: Part
    finds: list[Find]
    missing: str = ""
    more: list[tuple[str, str]] = field(default_factory=list)
    # What stands there in place of what is missing.
    instead: str = "近い内容のもの"

    @property
    def first_title(self) -> str:
        return self.finds[0].hit.title if self.finds else ""


@dataclass(frozen=True)
class Wanted:
    """One theme and one place, either may be None, as conditions on the index."""

    theme: Theme | None
    region: Region | None

    @property
    def prefecture(self) -> Region | None:
        return prefecture_of(self.region)

    @property
    def around(self) -> list[Region]:
        """What the town lies in, the nearest first: the city of a ward, the prefecture."""
        codes = registry.region_path(self.region.code)[1:] if self.region else ()
        return [registry.regions()[code] for code in codes if code != NATION_CODE]

    def of_theme(self, *conditions: str) -> str:
        """The conditions, and the theme if there is one."""
        return self.of_any_theme(*([quote(f"theme:{self.theme.slug}")] if self.theme else []), *conditions)

    @staticmethod
    def of_any_theme(*conditions: str) -> str:
        return all_of(conditions) if conditions else ""

    @property
    def about(self) -> str:
        """「飯山市の移動（交通）」, for sentences."""
        names = [self.region.name if self.region else "", self.theme.name if self.theme else ""]
        return "の".join(filter(None, names)) or "全国"

    def ask_url(self, part: Part) -> str:
        """The form of a new topic, filled in as far as the page knows what is asked."""
        purpose = Purpose.CASES if part == Part.CASES else Purpose.CONSULTATION
        query = {"purpose": purpose.value, "title": self.about + QUESTIONS[part]}
        query |= {"theme": self.theme.slug} if self.theme else {}
        query |= {"region": self.region.code} if self.region else {}
        return reverse("forum:create", query=query)

    def more(self, part: Part, **parameters: str) -> list[tuple[str, str]]:
        """Where there is more: label and address, first of the place, then of everywhere."""
        name, noun = LISTS[part]
        query = ({"theme": self.theme.slug} if self.theme else {}) | parameters
        everywhere = (f"{self.theme.name if self.theme else '全国'}の{noun}をすべて見る", reverse(name, query=query))
        if self.region is None:
            return [everywhere]
        here = reverse(name, query=query | {"region": self.region.code})
        return [(f"{self.about}の{noun}をすべて見る", here), *([everywhere] if self.theme else [])]


def inside(region: Region) -> str:
    return quote(f"in:{region.code}")


def outside(region: Region) -> str:
    return f"!{inside(region)}"


def cases(wanted: Wanted) -> PartOfPage:
    """From the town itself and towns like it, one of each first; then from around it and from everywhere.

    Where the whole site has too few of the theme, those of other themes follow.
    """
    alike = _alike(wanted.region) if wanted.region else []
    sources = list(_sources_of_cases(wanted, alike[:TOWNS_ALIKE]))
    finds = Look(CaseStudy.search_kind, sources, MOST).take(MOST, one_each=True)
    if len(finds) < MOST or (alike and sum(find.source.is_close for find in finds) < MOST):
        finds = _with_those_further_away(wanted, finds, alike[TOWNS_ALIKE:])
    more = wanted.more(Part.CASES)
    if wanted.region:
        similar = reverse("places:similar", args=[wanted.region.code])
        more.append((f"{wanted.region.name}に似た町をさがす", similar))
    return PartOfPage(Part.CASES, finds, _missing(wanted, finds, "事例"), more, _instead_of_cases(finds))


def _instead_of_cases(finds: list[Find]) -> str:
    if any(find.source.is_alike for find in finds):
        return "似た町の事例"
    return "ほかの分野の事例" if all(find.source.is_of_another_theme for find in finds) else "ほかの地域の事例"


def _sources_of_cases(wanted: Wanted, alike: list[Neighbour]) -> Iterator[Source]:
    region, prefecture = wanted.region, wanted.prefecture
    if region:
        yield Source(wanted.of_theme(inside(region)), f"{region.name}の事例", is_own=True)
        yield from _sources_alike(wanted, alike)
        for wider in wanted.around:
            yield Source(wanted.of_theme(inside(wider), outside(region)), f"同じ{wider.name}の事例")
    elsewhere = [outside(prefecture)] if prefecture else []
    why = "同じ分野の新しい事例" if wanted.theme else "新しい事例"
    yield Source(wanted.of_theme(*elsewhere), why if region else "", is_common=True)


def _sources_alike(wanted: Wanted, alike: list[Neighbour]) -> Iterator[Source]:
    for neighbour in alike:
        condition = wanted.of_theme(inside(neighbour.region), outside(wanted.region))
        yield Source(condition, _likeness(neighbour), is_alike=True)


def _sources_of_other_themes(wanted: Wanted) -> Iterator[Source]:
    if wanted.theme is None:
        return
    for place in filter(None, [wanted.region, *wanted.around]):
        condition = wanted.of_any_theme(inside(place))
        yield Source(condition, f"{place.name}の事例（ほかの分野）", is_of_another_theme=True)
    yield Source(wanted.of_any_theme(), "ほかの分野の新しい事例", is_of_another_theme=True, is_common=True)


def _with_those_further_away(wanted: Wanted, finds: list[Find], alike: list[Neighbour]) -> list[Find]:
    """``finds`` with cases of towns further down the list before those that are of no town like it.

    A second question, asked only where there are few cases: there it is cheap.
    """
    close = [find for find in finds if find.source.is_close]
    towns, others = list(_sources_alike(wanted, alike)), list(_sources_of_other_themes(wanted))
    look = Look(CaseStudy.search_kind, [*towns, *others], MOST)
    together: dict[int, Find] = {}
    for find in (*close, *look.take(MOST, towns, one_each=True), *finds, *look.take(2 * MOST, others)):
        together.setdefault(find.hit.object_id, find)
    return list(together.values())[:MOST]


def _alike(region: Region) -> list[Neighbour]:
    """Those of the nearest of which there is something to tell; of the few prefectures only the very nearest."""
    count = PREFECTURES_ALIKE if region.kind == RegionKind.PREFECTURE else TOWNS_IN_ALL
    return [neighbour for neighbour in nearest(region, count) if neighbour.reasons]


def _likeness(neighbour: Neighbour) -> str:
    noun = "似た都道府県" if neighbour.region.kind == RegionKind.PREFECTURE else "似た町"
    return f"{noun}・{neighbour.region.full_name}：{'、'.join(neighbour.reasons)}"


def _missing(wanted: Wanted, finds: list[Find], noun: str) -> str:
    is_of_theme = not all(find.source.is_of_another_theme for find in finds)
    if not is_of_theme or (wanted.region and not any(find.source.is_own for find in finds)):
        return f"{wanted.about}の{noun}は、まだ載っていません。"
    return ""


def money(wanted: Wanted) -> PartOfPage:
    """Programs and budgets of the place, its prefecture and the nation; editions that have a newer one left out."""
    finds = look_in_turn(Policy.search_kind, list(_sources_of_money(wanted)), 2 * MOST)
    found = Policy.objects.filter(pk__in=[find.hit.object_id for find in finds], predecessor__isnull=False)
    outdated = set(found.values_list("predecessor_id", flat=True))
    finds = [find for find in finds if find.hit.object_id not in outdated][:MOST]
    missing = ""
    if not any(find.source.is_own for find in finds):
        missing = f"{wanted.about}に使える施策・予算は、まだ載っていません。"
    return PartOfPage(Part.MONEY, finds, missing, wanted.more(Part.MONEY))


def _sources_of_money(wanted: Wanted) -> Iterator[Source]:
    """Whatever is of the theme counts as own: money of the nation is as good as the town's."""
    paying, region = facet_is("kind", PAYING), wanted.region
    nation, is_national = quote(f"at:{NATION_CODE}"), "全国の施策"
    if region:
        yield Source(wanted.of_theme(paying, inside(region)), f"{region.name}の施策", is_own=True)
    for wider in wanted.around:
        of_all_of_it = quote(f"at:{wider.code}")
        yield Source(wanted.of_theme(paying, of_all_of_it), f"{wider.name}の施策", is_own=True)
    yield Source(wanted.of_theme(paying, nation), is_national, is_own=True)
    if not region:
        yield Source(wanted.of_theme(paying), "", is_own=True, is_common=True)
    if wanted.theme:
        of_another = "全国の施策（ほかの分野。使えるかどうかは問い合わせ先へ）"
        yield Source(wanted.of_any_theme(paying, nation), of_another)


def organizations(wanted: Wanted) -> PartOfPage:
    """Of the theme in the place, its prefecture and the nation, then those of other themes; with what they offer."""
    finds = look_in_turn(Organization.search_kind, list(_sources_of_organizations(wanted)), MOST)
    found = Organization.objects.filter(pk__in=[find.hit.object_id for find in finds])
    offers = dict(found.values_list("pk", "offers"))
    finds = [replace(find, text=_offer(offers.get(find.hit.object_id, ""))) for find in finds]
    missing = _missing(wanted, finds, "団体")
    return PartOfPage(Part.ORGANIZATIONS, finds, missing, wanted.more(Part.ORGANIZATIONS))


def _offer(offers: str) -> str:
    text = "、".join(filter(None, (plain(line).strip(" ・") for line in offers.splitlines())))
    return f"できること：{Truncator(text).chars(LONGEST_OFFER)}" if text else ""


def _sources_of_organizations(wanted: Wanted) -> Iterator[Source]:
    region = wanted.region
    if region:
        yield Source(wanted.of_theme(inside(region)), f"{region.name}で活動", is_own=True)
        if wanted.theme:
            why = f"{region.name}で活動（ほかの分野）"
            yield Source(wanted.of_any_theme(inside(region)), why, is_of_another_theme=True)
        for wider in wanted.around:
            yield Source(wanted.of_theme(inside(wider)), f"{wider.name}で活動")
    nation = quote(f"at:{NATION_CODE}")
    yield Source(wanted.of_theme(nation), "全国で活動")
    yield Source(wanted.of_theme(f"!{nation}"), "ほかの地域の団体" if region else "", is_common=True)
    if wanted.theme:
        for name, where in (*((wider.name, inside(wider)) for wider in wanted.around), ("全国", nation)):
            yield Source(wanted.of_any_theme(where), f"{name}で活動（ほかの分野）", is_of_another_theme=True)


def events(wanted: Wanted) -> PartOfPage:
    """What comes next in the place, in its prefecture and online; then what comes there in other fields."""
    coming = Period(first=timezone.localdate())
    finds = look_in_turn(Event.search_kind, list(_sources_of_events(wanted)), MOST, coming)
    missing = "" if any(find.source.is_own for find in finds) else f"{wanted.about}のイベントは、まだ載っていません。"
    return PartOfPage(Part.EVENTS, finds, missing, wanted.more(Part.EVENTS))


def _sources_of_events(wanted: Wanted) -> Iterator[Source]:
    """What one can go to counts as own: near by, or from anywhere."""
    region, prefecture = wanted.region, wanted.prefecture
    takes_place = f"!{quote(f'state:{EventState.CANCELLED}')}"
    online = facet_is("format", FROM_ANYWHERE)
    if region:
        yield Source(wanted.of_theme(takes_place, inside(region)), f"{region.name}で開催", is_own=True)
        for wider in wanted.around:
            yield Source(wanted.of_theme(takes_place, inside(wider)), f"{wider.name}で開催", is_own=True)
        yield Source(wanted.of_theme(takes_place, online), "どこからでも参加できる", is_own=True)
        if wanted.theme:
            yield Source(all_of([takes_place, inside(prefecture)]), f"{prefecture.name}で開催（ほかの分野）")
            yield Source(all_of([takes_place, online]), "どこからでも参加できる（ほかの分野）")
    else:
        yield Source(wanted.of_theme(takes_place), "", is_own=True, is_common=True)


def topics(wanted: Wanted) -> PartOfPage:
    """Some that wait for answers and some that are solved, of the prefecture first."""
    here = [inside(wanted.prefecture)] if wanted.prefecture else []
    asking, solved = facet_is("purpose", ASKING), quote("solved:yes")
    are_open = [Source(wanted.of_theme(asking, f"!{solved}", *where), "話し合っています") for where in (here, [])]
    are_solved = [Source(wanted.of_theme(solved, *where), "解決しました") for where in (here, [])]
    look = Look(Topic.search_kind, [*are_open, *are_solved], MOST)
    finds = [*look.take(MOST_OPEN_TOPICS, are_open), *look.take(MOST, are_solved)][:MOST]
    missing = "" if finds else f"{wanted.about}の話題は、まだありません。"
    return PartOfPage(Part.TOPICS, finds, missing, wanted.more(Part.TOPICS))


def all_parts(theme: Theme | None, region: Region | None) -> list[PartOfPage]:
    wanted = Wanted(theme, region)
    return [find(wanted) for find in (cases, money, organizations, events, topics)]
