"""Lists that people save: each is read by the list's own parser, so that nothing is kept that the list does not know.

What is saved is the path of a list with its conditions in one order, without page and order, and without what is
true of a thing today and not tomorrow.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from forum import list_address
from forum.models import Board
from forum.models.subscriptions import LONGEST_ADDRESS, LONGEST_NAME
from organizations.models import OrganizationKind
from search import address as any_address
from search import facets
from search.address import ListAddress
from search.request import Request, Sort
from search.shelves import Shelf
from search.views import shelves_for
from taxonomy import registry

# Whoever hears of a policy when it is posted must not miss it because one cannot apply yet; what is new to
# somebody is another thing after every look.
_PASSING = {"open": ("now",), "show": ("new",)}
OF_TOPICS, EVERYWHERE = "掲示板の話題", "サイト全体"
_KINDS = dict(OrganizationKind.choices)


class NotSavable(Exception):
    """The address is that of no list that the person may read, or too long."""


@dataclass(frozen=True)
class SavedList:
    """One list with its conditions, as one person reads it."""

    path: str
    title: str
    address: ListAddress
    # What it holds: one kind of the search index, what the site-wide search shows to the person, or, with neither,
    # topics as the board lists them, of one board or of all.
    kind: str = ""
    shelves: tuple[Shelf, ...] = ()
    board: Board | None = None
    # Whether a condition was left out because nobody could read it, or because it is true for a day only.
    was_misread: bool = False
    was_passing: bool = False

    @property
    def is_of_topics(self) -> bool:
        return not (self.kind or self.shelves)

    @property
    def requests(self) -> list[Request]:
        """What it asks of the index."""
        if self.kind:
            return [self.address.request(self.kind)]
        return [shelf.request(self.address) for shelf in self.shelves if shelf.knows(self.address)]

    @property
    def url(self) -> str:
        return self.path + self.address.url().removesuffix("?")

    @property
    def newest_url(self) -> str:
        """The list with the newest first, where it has other orders."""
        return self.path + self.address.url(sort=Sort.NEWEST) if not self.is_of_topics else self.url

    @property
    def conditions(self) -> list[str]:
        return [option.label for option in facets.chosen(self.address, _KINDS)]

    @property
    def suggested_name(self) -> str:
        """「事例（地域：長野県、分野：食事）」."""
        said = "、".join(self.conditions)
        name = f"{self.title}（{said}）" if said else f"{self.title}（すべて）"
        return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def read(text: str, user) -> SavedList:
    """The list whose address (path and conditions) a person would save. Raises NotSavable."""
    path, data = _taken_apart(text)
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise NotSavable(path) from error
    reader = _READERS.get(match.view_name)
    if reader is None:
        raise NotSavable(path)
    found = _settled(reader(path, match, data, user))
    if len(found.url) > LONGEST_ADDRESS:
        raise NotSavable("too long")
    return found


def stored(address: str, user) -> SavedList | None:
    """A list as it was saved; None when the person may not read it any more, or when a condition means nothing now:
    without it there would be too much in it."""
    try:
        found = read(address, user)
    except NotSavable:
        return None
    return found if found.url == address else None


def of_page(view_name: str, path: str, user, *, view=None, topics=None, address=None) -> SavedList | None:
    """The list that a page shows, without reading its address anew: a ``view`` of `search.lists`, ``topics``, a
    `TopicList`, or the ``address`` of the site-wide search. None where it cannot be saved."""
    if view_name not in _READERS:
        return None
    if topics is not None:
        title = f"掲示板「{topics.board.title}」" if topics.board else OF_TOPICS
        return _settled(SavedList(path, title, topics.address, board=topics.board))
    if view is not None:
        return _settled(SavedList(path, view.title, view.address, view.model.search_kind))
    return _settled(SavedList(path, EVERYWHERE, address, shelves=tuple(shelves_for(user)))) if address else None


def _taken_apart(text: str) -> tuple[str, QueryDict]:
    if not text.startswith("/") or len(text) > 4 * LONGEST_ADDRESS:
        raise NotSavable(text[:50])
    try:
        parts = urlsplit(text)
        data = QueryDict(parts.query)
    except (ValueError, TooManyFieldsSent) as error:
        raise NotSavable(text[:50]) from error
    if parts.netloc:
        raise NotSavable(text[:50])
    return parts.path, data


def _of_view(path, match, data, user) -> SavedList:
    """Of a list of searchable content, by the view that shows it."""
    request = HttpRequest()
    request.method, request.path, request.GET, request.user = "GET", path, data, user
    view = match.func.view_class()
    view.setup(request)
    if any(not values for _, values in view.always):
        raise NotSavable("no board for some that the person may read")
    return SavedList(path, view.title, view.read(data), view.model.search_kind)


def _of_board(path, match, data, user) -> SavedList:
    boards = Board.objects.visible_to(user)
    board = boards.filter(slug=match.kwargs["slug"]).first()
    if board is None:
        raise NotSavable(path)
    return SavedList(path, f"掲示板「{board.title}」", list_address.read(data, user), board=board)


def _of_topics(path, match, data, user) -> SavedList:
    boards = list(Board.objects.visible_to(user))
    return SavedList(path, OF_TOPICS, list_address.read(data, user, boards))


def _of_everything(path, match, data, user) -> SavedList:
    shelves = tuple(shelves_for(user))
    kinds = {kind: name for shelf in shelves for kind, name in shelf.organization_kinds.items()}
    return SavedList(path, EVERYWHERE, any_address.read(data, kinds), shelves=shelves)


# By the names of the lists' addresses.
_READERS: dict[str, Callable] = {
    "cases:list": _of_view,
    "organizations:list": _of_view,
    "policies:list": _of_view,
    "events:list": _of_view,
    "forum:list": _of_topics,
    "forum:board": _of_board,
    "forum:search": _of_view,
    "forum:search_posts": _of_view,
    "forum:search_closed": _of_view,
    "forum:search_closed_posts": _of_view,
    "search:all": _of_everything,
}


def _settled(found: SavedList) -> SavedList:
    """The list without page, order and passing conditions, and with the values of each condition in one order."""
    address, choices, was_passing = found.address, [], False
    for facet, values in address.choices:
        lasting = [value for value in values if value not in _PASSING.get(facet.name, ())]
        was_passing |= len(lasting) < len(values)
        if lasting:
            choices.append((facet, tuple(value for value in facet.names if value in lasting)))
    address = replace(
        address,
        themes=tuple(theme for theme in registry.themes().values() if theme in address.themes),
        kinds=tuple(kind for kind in _KINDS if kind in address.kinds),
        choices=tuple(choices),
        sort=address.default_sort,
        page=1,
    )
    return replace(found, address=address, was_passing=was_passing, was_misread=bool(found.address.notices))
