"""The page of a topic, twenty posts at a time by their numbers, and the way to the first unread one."""

from functools import cached_property

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from forum import obstacles, reading
from forum.case_drafts import may_draft
from forum.lists import trail
from forum.markup import render_post
from forum.models import NAMED, Bookmark, Post, Reaction, State, Topic, Watch, page_of_number
from forum.permissions import Action, may, may_moderate
from forum.quoting import address_of_number, with_links
from forum.reply_pages import reply_form
from publishing.models import Attachment
from search.actions import facet_lexemes
from search.pages import Body
from search.related import Group, groups_alike
from taxonomy import registry


@login_not_required
@require_safe
def topic(request, pk):
    found = detailed(request.user).filter(pk=pk).first()
    if found is None or found.merged_into_id:
        return redirect(_merged_into(request.user, pk))
    page = TopicPage(request, found)
    return render(request, "forum/topic.html", {"page": page, "topic": found, **page.writing(), **page.surroundings()})


def detailed(user):
    """Topics with what their page says, but for the posts, in one row each."""
    topics = Topic.objects.visible_to(user).for_list().select_related("board", "best_answer")
    # Most name nothing, and are spared a statement for each kind.
    topics = topics.annotate(**{f"names_{name}": Exists(_rows_of(name)) for name in NAMED.values()})
    if user.is_anonymous:
        return topics
    own = {"user": user, "topic": OuterRef("pk")}
    watched = Watch.objects.filter(**own).values("is_on")
    return reading.with_read_number(topics, user).annotate(
        is_bookmarked=Exists(Bookmark.objects.filter(**own)), is_watched=Subquery(watched)
    )


def _rows_of(name):
    """What a topic names by its field ``name``."""
    return getattr(Topic, name).through.objects.filter(topic=OuterRef("pk"))


def _merged_into(user, pk) -> str:
    """Where the first of the posts stands that came from the topic."""
    target = Topic.objects.visible_to(user).filter(merged=pk).first()
    if target is None:
        raise Http404(f"no topic {pk} for this person")
    number = target.merged.values_list("merged_from", flat=True).get(pk=pk)
    return address_of_number(target.pk, number) if number else target.get_absolute_url()


@require_safe
def unread(request, pk):
    """To the first post that the person has not read; to the last one when there is none."""
    found = get_object_or_404(reading.with_read_number(Topic.objects.visible_to(request.user), request.user), pk=pk)
    posts = found.posts.visible()
    first = reading.unread_posts(found).first()
    post = first or posts.order_by("-number").first()
    return redirect(post.get_absolute_url() if post else found)


@login_not_required
@require_safe
def history(request, pk):
    """What a post said before it was edited."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__board"), pk=pk)
    versions = list(post.versions.all())
    for version in versions:
        version.html = with_links(render_post(version.body), post.topic)
    context = {
        "post": post,
        "html": with_links(post.html, post.topic),
        "versions": versions,
        "breadcrumb": [*trail(post.topic), (f"{post.number}番目の投稿の履歴", None)],
    }
    return render(request, "forum/history.html", context)


class TopicPage:
    """One page of a topic for one reader; whatever stands in the address, there is one."""

    def __init__(self, request, topic):
        self.request, self.user, self.topic = request, request.user, topic
        self.num_pages = page_of_number(topic.last_number)
        self.number = self._number(request.GET.get("page", ""))
        self.is_moderator = may_moderate(self.user)
        self.is_asker = self.user.is_authenticated and topic.author_id == self.user.pk
        self.may_decide = self.is_asker or self.is_moderator
        self.may_edit = self.is_asker and topic.board.is_open and topic.state in (State.VISIBLE, State.HELD)
        self.may_follow = may(self.user, Action.FOLLOW, topic.board.visibility)

    def _number(self, text: str) -> int:
        wanted = int(text[:9]) if text.isascii() and text.isdigit() else 1
        return min(max(wanted, 1), self.num_pages)

    def url_of(self, number: int) -> str:
        return f"?page={number}" if number > 1 else self.topic.get_absolute_url()

    @property
    def pagination(self) -> dict:
        number, last = self.number, self.num_pages
        return {
            "number": number,
            "num_pages": last,
            "first_url": self.url_of(1) if number > 2 else "",
            "previous_url": self.url_of(number - 1) if number > 1 else "",
            "next_url": self.url_of(number + 1) if number < last else "",
            "last_url": self.url_of(last) if number < last - 1 else "",
        }

    @cached_property
    def posts(self) -> list[Post]:
        """The posts that leave a trace for this reader, with what the page says of each."""
        files = Prefetch("attachments", Attachment.objects.shown(), to_attr="files")
        found = self.topic.posts.on_page(self.topic, self.number).prefetch_related(files)
        shown = [post for post in found if post.state != State.HELD or post.is_shown_to(self.user)]
        reacted = self._reacted(shown)
        return [self._prepared(post, reacted) for post in shown]

    def _reacted(self, posts) -> set[int]:
        """To which of the posts the person has said 「参考になった」."""
        if self.user.is_anonymous:
            return set()
        own = Reaction.objects.filter(user=self.user, post__in=[post.pk for post in posts])
        return set(own.values_list("post_id", flat=True))

    def _prepared(self, post, reacted):
        is_own = self.user.is_authenticated and post.author_id == self.user.pk
        post.is_own, post.is_readable, post.is_best = is_own, post.is_shown_to(self.user), self._is_best(post)
        post.linked_html = with_links(post.html, self.topic) if post.is_readable else ""
        post.has_reacted = post.pk in reacted
        post.may_react = self.may_follow and post.is_visible and not is_own
        post.may_change = is_own and post.state in (State.VISIBLE, State.HELD)
        post.may_be_best = self.may_decide and post.is_visible and not post.is_first and not post.is_best
        return post

    def _is_best(self, post) -> bool:
        return post.pk == self.topic.best_answer_id

    @property
    def best_answer(self) -> Post | None:
        """The answer that helped, to be shown on top of the first page."""
        best = self.topic.best_answer
        if not best or not best.is_visible:
            return None
        best.linked_html = with_links(best.html, self.topic)
        return best

    @property
    def may_draft(self) -> bool:
        return may_draft(self.user, self.topic)

    @property
    def read_up_to(self) -> int | None:
        """Up to which number this page is new to the person; None when it is not."""
        if self.user.is_anonymous or not self.posts:
            return None
        last = self.topic.last_number if self.number == self.num_pages else self.posts[-1].number
        is_new = last > (self.topic.read_number or 0) or reading.was_released(self.topic)
        return last if is_new else None

    @property
    def has_unread_elsewhere(self) -> bool:
        read = getattr(self.topic, "read_number", None)
        if not read:
            return False
        if reading.was_released(self.topic):
            return True
        return read < self.topic.last_number and page_of_number(read + 1) != self.number

    @property
    def places(self):
        return [registry.regions()[code] for code in self.topic.region_codes]

    @property
    def fields(self):
        return [registry.themes()[slug] for slug in self.topic.theme_slugs]

    @cached_property
    def linked(self) -> list[tuple[str, list]]:
        """What the topic is about, as far as everybody may read it."""
        return [(items[0]._meta.verbose_name, items) for items in self._named.values() if items]

    @cached_property
    def _named(self) -> dict[str, list]:
        named = {kind: name for kind, name in NAMED.items() if getattr(self.topic, f"names_{name}")}
        return {kind: list(getattr(self.topic, name).published().order_by("pk")) for kind, name in named.items()}

    @cached_property
    def alike(self) -> list[Group]:
        """What everybody may read of the same field and place, beside what the topic names; one statement."""
        facets = facet_lexemes(self.topic.region_codes, self.topic.theme_slugs, [])
        named = {kind: [item.pk for item in items] for kind, items in self._named.items()}
        return groups_alike(Topic.search_kind, self.topic.pk, Body(self.topic.title, "", "", facets), named)

    def writing(self) -> dict:
        """The form for a reply, or why there is none."""
        obstacle = obstacles.to_reply(self.user, self.topic)
        return {"obstacle": obstacle} if obstacle else reply_form(self.request, self.topic)

    def surroundings(self) -> dict:
        *way, (title, _) = trail(self.topic)
        return {
            "page_type": "article",
            "breadcrumb": [*way, (title, None)],
            "sign_in_next": address_of_number(self.topic.pk, 1),
        }
