"""The pages of moderators: what waits, what was done, and everything about one post, topic or person."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_safe

from accounts.models import User
from forum import moderation_acts
from forum.lists import TITLE
from forum.models import ModerationStep, Post, Report, Topic
from forum.moderation_acts import REFUSALS, Act, Acts, why_refused
from forum.moderation_queue import (
    SHOWN,
    held_posts,
    known_of,
    last_step,
    open_answers,
    reported_posts,
    rows_of_answers,
    rows_of_posts,
    with_reports,
)
from forum.moderation_steps import AlreadyDone
from forum.permissions import may_moderate
from forum.quoting import with_links
from publishing.models import Attachment
from publishing.paging import page_of

PER_PAGE = 30
UNKNOWN = "どの操作か分からなかったため、何も変えていません。もう一度ボタンを押してください。"
QUEUE = "掲示板の確認"


def moderators_only(view):
    """Closes a page to everybody who does not moderate."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not may_moderate(request.user):
            raise PermissionDenied("掲示板の確認のページを使えるのは、事務局だけです。")
        return view(request, *args, **kwargs)

    return guarded


def trail(*last) -> list:
    return [(TITLE, reverse("forum:list")), (QUEUE, reverse("forum:moderation")), *last]


@require_safe
@moderators_only
def queue(request):
    answers = page_of(open_answers().for_list(), request, per_page=SHOWN, name="answers")
    context = {
        "sections": [
            _section(request, "held", "公開を待っている投稿", held_posts(), lambda post: post.created_at),
            _section(request, "reported", "通報された投稿", reported_posts(), lambda post: post.told_at),
        ],
        "answers": rows_of_answers(answers),
        "answers_page": answers,
        "breadcrumb": [(TITLE, reverse("forum:list")), (QUEUE, None)],
    }
    return render(request, "forum/moderation/queue.html", context)


def _section(request, name, title, posts, waiting_since) -> dict:
    page = page_of(with_reports(posts), request, per_page=SHOWN, name=name)
    rows = rows_of_posts(page, waiting_since)
    shown = [(row, moderation_acts.OF_POST.shown(row.post, prefix=f"{name}{row.post.pk}_")) for row in rows]
    return {"name": name, "title": title, "rows": shown, "page": page}


@require_safe
@moderators_only
def log(request):
    page = page_of(ModerationStep.objects.for_list(), request, per_page=PER_PAGE)
    return render(request, "forum/moderation/log.html", {"page": page, "breadcrumb": trail(("対応の記録", None))})


@method_decorator(moderators_only, name="dispatch")
class WorkView(View):
    """Everything about one thing, and what can be done with it."""

    http_method_names = ["get", "head", "post"]
    acts: Acts
    template_name: str

    def thing(self, pk):
        """The object, with what the acts ask of it; Http404 for none."""
        raise NotImplementedError

    def surroundings(self, thing) -> dict:
        raise NotImplementedError

    def get(self, request, pk):
        return self.page(self.thing(pk))

    def post(self, request, pk):
        thing = self.thing(pk)
        act = self.acts.acts.get(request.POST.get("do", ""))
        if act is None:
            messages.error(request, UNKNOWN)
            return redirect(request.path)
        form = act.blank(thing, "", request.POST)
        if not form.is_valid():
            return self.page(thing, {act.name: form})
        return self._take(thing, act, form)

    def _take(self, thing, act: Act, form):
        try:
            done = act.take(thing, by=self.request.user, **form.cleaned_data)
        except AlreadyDone:
            return self._too_late(thing, form)
        except REFUSALS as error:
            form.add_error(None, why_refused(error))
            return self.page(thing, {act.name: form}, status=409)
        messages.success(self.request, act.said)
        return redirect(self._next(done))

    def _next(self, done) -> str:
        """Back to where the button was pressed."""
        goes_to = self.request.POST.get("next")
        if goes_to == "queue":
            return reverse("forum:moderation")
        return done.topic.get_absolute_url() if goes_to == "topic" and done.topic else self.request.path

    def _too_late(self, thing, form):
        """One's own second click leads on as the first did; whoever was slower than a colleague is told so."""
        last = last_step(thing)
        if last and last.by_id == self.request.user.pk:
            messages.info(self.request, f"すでに、あなたが対応しています（{last.get_step_display()}）。")
            return redirect(self._next(last))
        typed = [(field.label, field.value()) for field in form.visible_fields() if isinstance(field.value(), str)]
        context = {"was_too_late": True, "last": last, "typed": [pair for pair in typed if pair[1]]}
        return self.page(self.thing(thing.pk), status=409, **context)

    def page(self, thing, filled=None, *, status=200, **context):
        context |= {
            "acts": self.acts.shown(thing, filled=filled),
            # What stands above the page.
            "form": next(iter((filled or {}).values()), None),
            "steps": thing.moderation_steps.for_list()[:PER_PAGE],
            **self.surroundings(thing),
        }
        return render(self.request, self.template_name, context, status=status)


class PostView(WorkView):
    acts = moderation_acts.OF_POST
    template_name = "forum/moderation/post.html"

    def thing(self, pk):
        files = Prefetch("attachments", Attachment.objects.shown(), to_attr="files")
        reports = Prefetch("reports", Report.objects.open().select_related("reporter"), to_attr="open_reports")
        posts = Post.objects.select_related("topic__board", "author").prefetch_related(files, reports)
        return get_object_or_404(posts, pk=pk)

    def surroundings(self, post):
        post.linked_html = with_links(post.html, post.topic)
        return {
            "post": post,
            "known": known_of([post.author_id])[post.author_id],
            "versions": post.versions.all()[:PER_PAGE],
            "breadcrumb": trail((f"{post.topic.title}（{post.number}番目の投稿）", None)),
        }


class TopicView(WorkView):
    acts = moderation_acts.OF_TOPIC
    template_name = "forum/moderation/topic.html"

    def thing(self, pk):
        return get_object_or_404(Topic.objects.select_related("board", "author", "merged_into"), pk=pk)

    def surroundings(self, topic):
        return {"topic": topic, "breadcrumb": trail((topic.title, None))}


class PersonView(WorkView):
    acts = moderation_acts.OF_PERSON
    template_name = "forum/moderation/person.html"

    def thing(self, pk):
        person = get_object_or_404(User, pk=pk)
        person.suspension = person.forum_suspensions.in_force(timezone.now()).first()
        return person

    def surroundings(self, person):
        posts = person.forum_posts.select_related("topic__board").order_by("-created_at", "-pk")
        return {
            "person": person,
            "known": known_of([person.pk])[person.pk],
            "roles": person.role_assignments.select_related("region"),
            "suspensions": person.forum_suspensions.select_related("step").order_by("-since", "-pk")[:PER_PAGE],
            "page": page_of(posts, self.request, per_page=PER_PAGE),
            "breadcrumb": trail((str(person), None)),
        }
