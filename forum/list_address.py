"""The address of a list of topics: which it asks for, read with the words of all other lists."""

from functools import cache

from django.http import QueryDict

from forum.models import Purpose
from search import address as list_address
from search.address import ListAddress
from search.choices import ChoiceFacet
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, RegionKind

FOR_EVERYBODY = {"unanswered": "未回答", "solved": "解決済み"}
FOR_ONESELF = {
    "new": "前回から新しいもの",
    "mine": "自分の参加",
    "started": "自分が始めた話題",
    "bookmarks": "しおり",
}
PURPOSE = ChoiceFacet("purpose", "目的", dict(Purpose.choices))
# What a list of topics does not have, though other lists do.
FOREIGN = ("q", "kind", "sort", "page")


def read(data: QueryDict, user, boards=()) -> ListAddress:
    """``boards`` are those to choose from; none where the board is known."""
    data = data.copy()
    for name in FOREIGN:
        data.pop(name, None)
    return list_address.read(data, {}, [*board_facet(boards), PURPOSE, show_facet(user.is_authenticated)])


def board_facet(boards) -> list[ChoiceFacet]:
    return [ChoiceFacet("board", "掲示板", {board.slug: board.title for board in boards})] if boards else []


@cache
def show_facet(is_signed_in: bool) -> ChoiceFacet:
    return ChoiceFacet("show", "表示", FOR_EVERYBODY | (FOR_ONESELF if is_signed_in else {}))


def values_of(address: ListAddress, name: str) -> tuple[str, ...]:
    return next((values for facet, values in address.choices if facet.name == name), ())


def codes_within(region: Region) -> list[str]:
    """The region and everything inside of it."""
    if region.code == NATION_CODE:
        return [region.code]
    inside = registry.municipalities_of(region.prefecture_code)
    if region.kind != RegionKind.PREFECTURE:
        inside = [one for one in inside if one.parent_id == region.code]
    return [region.code, *(one.code for one in inside)]
