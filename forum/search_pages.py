"""Searching topics and posts: what everybody may read, and apart from it what stands on boards for some."""

from dataclasses import replace

from django.http import Http404
from django.urls import reverse

from forum.models import NAMED, Board, ClosedPost, ClosedTopic, Post, Purpose, Topic
from forum.permissions import Visibility, closed_to_others
from search.cards import filled
from search.choices import ChoiceFacet
from search.lists import Group, SearchableListView
from search.matching import page_of_hits

POSTS_SHOWN = 5
OF_TOPICS = (
    ChoiceFacet("purpose", "目的", dict(Purpose.choices)),
    ChoiceFacet("solved", "解決", {"yes": "解決済み"}),
)


class TopicSearchView(SearchableListView):
    """Topics by words, with the best posts of other topics below them."""

    model = Topic
    template_name = "forum/search.html"
    title = "話題"
    data_name = "topic-search"
    posts_kind = Post.search_kind
    posts_url_name = "forum:search_posts"

    def choice_facets(self, data):
        return (_boards(self.boards()), *OF_TOPICS, *_named(data))

    def boards(self):
        return Board.objects.filter(visibility=Visibility.PUBLIC)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        has_closed = self.closed_visibilities()
        closed_url = reverse("forum:search_closed") + self.address.url() if has_closed else ""
        breadcrumb = [("交流掲示板", reverse("forum:list")), ("掲示板の中を探す", None)]
        return {**context, "closed_url": closed_url, "breadcrumb": breadcrumb, "is_closed": self.is_closed}

    is_closed = False

    def is_for_search_engines(self, total):
        """The board itself lists the same topics."""
        return False

    def closed_visibilities(self) -> tuple[str, ...]:
        return closed_to_others(self.request.user)

    def groups_around(self, request):
        """Posts in which the words stand: often a reply says what the title does not."""
        groups = super().groups_around(request)
        if request.query.is_empty or not self.posts_kind:
            return groups
        of_posts = replace(request, kind=self.posts_kind, choices=_known_to_posts(request.choices))
        hits = page_of_hits(of_posts, 0, POSTS_SHOWN)
        if not hits:
            return groups
        address = replace(self.address, choices=_known_to_posts(self.address.choices), page=1)
        url = reverse(self.posts_url_name) + address.url()
        return [*groups, Group("投稿の中の言葉", filled(hits, of_posts.kind, request.query), url, "投稿をすべて見る")]


class PostSearchView(TopicSearchView):
    model = Post
    title = "投稿"
    data_name = ""
    posts_kind = ""

    def choice_facets(self, data):
        return (_boards(self.boards()),)


class _Closed:
    """Only the boards that the person may read; for whoever may read none there is no such page."""

    is_closed = True

    @property
    def always(self):
        return (("seen", self.closed_visibilities()),)

    def get(self, request, *args, **kwargs):
        if not self.closed_visibilities():
            raise Http404("no board for some that the person may read")
        return super().get(request, *args, **kwargs)

    def boards(self):
        return Board.objects.filter(visibility__in=self.closed_visibilities())


class ClosedTopicSearchView(_Closed, TopicSearchView):
    model = ClosedTopic
    title = "限られた人の掲示板の話題"
    data_name = ""
    posts_kind = ClosedPost.search_kind
    posts_url_name = "forum:search_closed_posts"


class ClosedPostSearchView(_Closed, PostSearchView):
    model = ClosedPost
    title = "限られた人の掲示板の投稿"


def _boards(boards) -> ChoiceFacet:
    return ChoiceFacet("board", "掲示板", {str(pk): title for pk, title in boards.values_list("pk", "title")})


def _named(data) -> list[ChoiceFacet]:
    """What the topics name, where the address asks for that (``?case=12``)."""
    return [_naming(kind, name, data[kind]) for kind, name in NAMED.items() if kind in data]


def _naming(kind, name, pk) -> ChoiceFacet:
    model = Topic._meta.get_field(name).related_model
    found = model.objects.published().filter(pk=pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else ()
    return ChoiceFacet(
        kind, f"{model._meta.verbose_name}にふれた話題", {str(one.pk): str(one) for one in found}, is_offered=False
    )


def _known_to_posts(choices):
    """Those that posts have, too. In an address the facet itself stands first, in a question its name."""
    return tuple(one for one in choices if getattr(one[0], "name", one[0]) in ("board", "seen"))
