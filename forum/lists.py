"""The lists of topics: all of them, those of one board, and the person's own."""

from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum import list_address, reading
from forum.keyset import Key
from forum.list_address import FOR_ONESELF, codes_within, values_of
from forum.models import Board, Bookmark, ClosedTopic, Purpose, State, Topic
from forum.permissions import Action, may
from search import facets, generation
from search.choices import with_values
from search.lists import files_of_list
from taxonomy import registry

PER_PAGE = 20
MOST_PINNED = 10
ON_MINE = 5
COUNTS_ARE_KEPT = 15 * 60
BAD_KEY = "続きの場所を読み取れなかったため、はじめから表示しています。"
TITLE = "交流掲示板"
# What `open_data` calls the list of topics.
DATA_NAME = "topics"
# The shelves of the person's own page, as lists show them.
SHELVES = {"started": "自分が始めた話題", "mine": "書き込んだ話題", "bookmarks": "しおりを付けた話題"}


def trail(topic) -> list[tuple[str, str]]:
    """The way to the page of a topic."""
    return [
        (TITLE, reverse("forum:list")),
        (topic.board.title, topic.board.get_absolute_url()),
        (topic.title, topic.get_absolute_url()),
    ]


@login_not_required
@require_safe
def forum(request):
    return _page(request, TopicList(request), "forum/forum.html", [(TITLE, None)])


@login_not_required
@require_safe
def board(request, slug):
    found = get_object_or_404(Board.objects.visible_to(request.user), slug=slug)
    breadcrumb = [(TITLE, reverse("forum:list")), (found.title, None)]
    return _page(request, TopicList(request, found), "forum/board.html", breadcrumb)


def _page(request, topics, template, breadcrumb):
    may_write = any(board.is_open and may(request.user, Action.WRITE, board.visibility) for board in topics.boards)
    return render(request, template, {"list": topics, "may_write": may_write, "breadcrumb": breadcrumb})


@require_safe
def mine(request):
    """What the person wrote, took part in and marked, a few of each."""
    since = reading.last_visit(request.user)
    shelves = []
    for name, title in SHELVES.items():
        topics = readable(request.user).latest_first()
        lines = lines_of(SHOWN[name](topics, request.user, since)[: ON_MINE + 1], since)
        shelves.append(Shelf(title, lines[:ON_MINE], reverse("forum:list", query={"show": name}), len(lines) > ON_MINE))
    context = {"shelves": shelves, "breadcrumb": [("マイページ", reverse("mypage")), ("掲示板での自分の話題", None)]}
    return render(request, "forum/mine.html", context)


@dataclass(frozen=True)
class Shelf:
    title: str
    topics: list[Topic]
    url: str
    has_more: bool


def readable(user):
    """What lists show to the person, each topic in one row: what can be read, and what waits for a moderator."""
    topics = Topic.objects.visible_to(user).filter(state__in=(State.VISIBLE, State.HELD)).for_list()
    return topics if user.is_anonymous else reading.with_read_number(topics, user)


def lines_of(topics, since) -> list[Topic]:
    """The topics with what a line says beside their columns: places, themes, and whether there is something new."""
    found = list(topics)
    for topic in found:
        topic.places = [registry.regions()[code] for code in topic.region_codes]
        topic.fields = [registry.themes()[slug] for slug in topic.theme_slugs]
        topic.is_new = since is not None and reading.is_new(topic, since)
    return found


# What ``show`` asks for: (topics, user, since) -> topics.
SHOWN = {
    "unanswered": lambda topics, user, since: topics.unanswered(),
    "solved": lambda topics, user, since: topics.solved(),
    "new": lambda topics, user, since: reading.only_new(topics, since),
    "mine": lambda topics, user, since: topics.with_part_of(user),
    "started": lambda topics, user, since: topics.filter(author=user),
    "bookmarks": lambda topics, user, since: topics.filter(
        Exists(Bookmark.objects.filter(user=user, topic=OuterRef("pk")))
    ),
}


def fitting(topics, address, user, since=None):
    """Those of ``topics`` that fit the conditions of an address; ``since`` is needed for what is new to the person."""
    purposes, themes = values_of(address, "purpose"), [theme.pk for theme in address.themes]
    if slugs := values_of(address, "board"):
        topics = topics.filter(board__slug__in=slugs)
    if purposes:
        topics = topics.filter(purpose__in=purposes)
    if themes or address.region:
        topics = about(topics, themes, codes_within(address.region) if address.region else [])
    for name in values_of(address, "show"):
        topics = SHOWN[name](topics, user, since)
    return topics


def about(topics, themes, codes):
    """Those of ``topics`` that name one of the ``themes`` and one of the regions ``codes``; none stand for all."""
    through = {"theme": (Topic.themes.through, themes), "region": (Topic.regions.through, codes)}
    for name, (model, values) in through.items():
        if values:
            named = model.objects.filter(**{"topic": OuterRef("pk"), f"{name}__in": values})
            topics = topics.filter(Exists(named))
    return topics


class TopicList:
    """What an address asks for, for one reader; of one ``board`` or of all."""

    def __init__(self, request, board=None):
        self.user, self.board, self.path = request.user, board, request.path
        self.address = list_address.read(request.GET, self.user, [] if board else self.boards)
        text = request.GET.get("after", "")
        self.after = Key.read(text)
        self.notices = [*self.address.notices, *([BAD_KEY] if text and self.after is None else [])]
        self.since = None if self.user.is_anonymous else reading.last_visit(self.user)

    @cached_property
    def boards(self) -> list[Board]:
        """With the number of their topics."""
        if self.board:
            return [self.board]
        boards, counted = list(Board.objects.visible_to(self.user)), topic_counts()
        for one in boards:
            one.topic_count = counted.get(one.pk, 0)
        return boards

    @property
    def is_first(self) -> bool:
        return self.after is None

    @cached_property
    def pinned(self) -> list[Topic]:
        """What stands first on the first page of a board."""
        if not self.keeps_pinned_apart or not self.is_first:
            return []
        pinned = readable(self.user).filter(board=self.board, pinned_at__isnull=False)
        return lines_of(pinned.order_by("-pinned_at", "-pk")[:MOST_PINNED], self.since)

    @property
    def keeps_pinned_apart(self) -> bool:
        return bool(self.board) and not self.address.has_filters

    @cached_property
    def _fetched(self) -> list[Topic]:
        topics = self._filtered(readable(self.user)).latest_first()
        if self.after:
            topics = self.after.topics_after(topics)
        return lines_of(topics[: PER_PAGE + 1], self.since)

    @property
    def topics(self) -> list[Topic]:
        return self._fetched[:PER_PAGE]

    @property
    def next_url(self) -> str:
        if len(self._fetched) <= PER_PAGE:
            return ""
        return f"?{urlencode([*self.address.parameters(), ('after', str(Key.of(self.topics[-1])))])}"

    def _filtered(self, topics):
        """The topics that fit the address."""
        if self.board:
            topics = topics.filter(board=self.board)
        if self.keeps_pinned_apart:
            topics = topics.filter(pinned_at=None)
        return fitting(topics, self.address, self.user, self.since)

    @property
    def files(self) -> dict[str, str]:
        """Where machines have the list; none where it holds what not everybody may read, or is a person's own."""
        boards = [self.board] if self.board else [one for one in self.boards if one.slug in self.chosen_boards]
        if not all(board.is_public for board in boards) or set(values_of(self.address, "show")) & FOR_ONESELF.keys():
            return {}
        address = self.address
        if self.board:
            choices = with_values(address.choices, list_address.board_facet(boards)[0], (self.board.slug,))
            address = replace(address, choices=choices)
        return files_of_list(DATA_NAME, address)

    # What the form of filters shows.

    @property
    def conditions(self):
        """Those in force, each with the address without it."""
        return facets.chosen(self.address, {})

    @property
    def picker(self):
        return facets.picker(self.address.region)

    @property
    def chosen_boards(self):
        return values_of(self.address, "board")

    @property
    def purposes(self) -> list[tuple[str, str, bool]]:
        chosen = values_of(self.address, "purpose")
        return [(value, label, value in chosen) for value, label in Purpose.choices]

    @property
    def shows(self) -> list[tuple[str, str, bool]]:
        chosen, facet = values_of(self.address, "show"), list_address.show_facet(self.user.is_authenticated)
        return [(value, label, value in chosen) for value, label in facet.names.items()]

    @property
    def themes(self):
        return registry.themes().values()

    @property
    def create_url(self) -> str:
        """Where a topic is begun for what the list shows."""
        address, values = self.address, {}
        if board := self.board.slug if self.board else next(iter(self.chosen_boards), ""):
            values["board"] = board
        if address.themes:
            values["theme"] = [theme.slug for theme in address.themes]
        if address.region:
            values["region"] = address.region.code
        return reverse("forum:create", query=values)


def topic_counts() -> dict[int, int]:
    """How many topics can be read on each board; kept until the next write of a topic."""
    key = generation.cache_key(Topic.search_kind, "boards", generation.current(ClosedTopic.search_kind))
    counted = cache.get(key)
    if counted is None:
        rows = Topic.objects.visible().order_by().values_list("board_id").annotate(Count("pk"))
        counted = dict(rows)
        cache.set(key, counted, COUNTS_ARE_KEPT)
    return counted
