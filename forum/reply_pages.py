"""Replying, editing and deleting."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forum import obstacles
from forum.actions import NotAllowed, adds_links_too_early, delete_post, edit_post, write_reply
from forum.form_views import HELD, WritingView
from forum.forms import BodyForm, ReplyForm
from forum.lists import trail
from forum.markup import render_post
from forum.models import Post, State, Topic
from forum.quoting import quotation, with_links
from forum.rules import Rule
from publishing import working_copies

NOT_YOURS = "投稿を直したり消したりできるのは、書いた人だけです。"
LINKS_TOO_EARLY = (
    "投稿の数が少ないあいだは、あとからリンクを加えられません。リンクは、新しい返信に書いてください。"
    "事務局が確かめてから公開します。"
)


def name_of_reply(topic) -> str:
    return working_copies.form_name("topic", topic.pk, "reply")


def reply_form(request, topic) -> dict:
    """The form at the end of a topic's page, with what was begun before."""
    form, copy = ReplyForm(user=request.user), working_copies.kept(request.user, name_of_reply(topic))
    if copy:
        form.resume(working_copies.typed_data(copy))
    return {
        "form": form,
        "copy": copy,
        "form_name": name_of_reply(topic),
        "action": reverse("forum:reply", args=[topic.pk]),
        "rules": Rule.labels,
    }


class ReplyView(WritingView):
    """The form by itself: after mistakes, and to quote a post (``?quote=12``)."""

    template_name = "forum/reply.html"
    heading = "返信を書く"

    def dispatch(self, request, pk):
        self.topic = get_object_or_404(Topic.objects.visible_to(request.user).select_related("board"), pk=pk)
        self.was_asked = False
        return super().dispatch(request)

    @property
    def form_name(self):
        return name_of_reply(self.topic)

    def obstacle(self):
        """Asked anew each time: a topic may be locked while somebody writes."""
        if self.was_asked:
            self.topic.refresh_from_db(fields=["is_locked", "state"])
        self.was_asked = True
        return obstacles.to_reply(self.request.user, self.topic)

    def get(self, request, **kwargs):
        """A quotation is added to what was begun before."""
        response_or_form = self.quoted()
        return response_or_form or super().get(request, **kwargs)

    def quoted(self):
        number = self.request.GET.get("quote", "")
        if not (number.isascii() and number.isdigit() and len(number) < 10) or self.obstacle():
            return None
        post = self.topic.posts.visible().filter(number=number).first()
        if post is None:
            return None
        form, copy = self.form(), working_copies.kept(self.request.user, self.form_name)
        begun = (copy.data.get("body") or [""])[0].rstrip() if copy else ""
        form.initial["body"] = f"{begun}\n\n{quotation(post)}" if begun else quotation(post)
        return self.page(form)

    def form(self, data=None):
        return ReplyForm(data, user=self.request.user)

    def shown(self, body):
        return with_links(render_post(body), self.topic)

    def made_before(self, form):
        return Post.objects.filter(creation_key=form.cleaned_data["key"], author=self.request.user).exists()

    def save(self, form):
        post = write_reply(self.topic, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, "返信を投稿しました。" if post.is_visible else HELD)
        return post.get_absolute_url()

    def surroundings(self):
        return {"topic": self.topic, "breadcrumb": trail_to(self.topic, self.heading)}


def trail_to(topic, title) -> list:
    return [*trail(topic), (title, None)]


def own_post(user, pk) -> Post:
    """The own post while it can be changed; Http404 when it cannot be seen, PermissionDenied when only seen."""
    post = get_object_or_404(Post.objects.visible_to(user).select_related("topic__board"), pk=pk)
    if post.author_id != user.pk or post.state not in (State.VISIBLE, State.HELD):
        raise PermissionDenied(NOT_YOURS)
    if not post.topic.board.is_open:
        raise PermissionDenied("この掲示板は、書き込みの受け付けを終えています。")
    return post


class EditView(WritingView):
    template_name = "forum/edit.html"
    heading = "投稿を直す"
    is_new_post = False

    def dispatch(self, request, pk):
        self.post_to_edit = own_post(request.user, pk)
        self.topic = self.post_to_edit.topic
        return super().dispatch(request)

    @property
    def form_name(self):
        return working_copies.form_name("post", self.post_to_edit.pk, "edit")

    def obstacle(self):
        return obstacles.to_write(self.request.user, self.topic.board.visibility)

    def form(self, data=None):
        return BodyForm(data, user=self.request.user, initial={"body": self.post_to_edit.body})

    def shown(self, body):
        return with_links(render_post(body), self.topic)

    def before_saving(self, form):
        if not adds_links_too_early(self.post_to_edit, form.cleaned_data["body"]):
            return None
        form.add_error("body", LINKS_TOO_EARLY)
        return self.page(form)

    def save(self, form):
        try:
            edit_post(self.post_to_edit, body=form.cleaned_data["body"], by=self.request.user)
        except NotAllowed as error:
            raise PermissionDenied(NOT_YOURS) from error
        messages.success(self.request, "投稿を直しました。前の内容は「編集の履歴」に残ります。")
        return self.post_to_edit.get_absolute_url()

    def surroundings(self):
        return {"topic": self.topic, "post": self.post_to_edit, "breadcrumb": trail_to(self.topic, self.heading)}


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    """Ask whether the person means it, and delete."""
    post = own_post(request.user, pk)
    if request.method != "POST":
        context = {"post": post, "topic": post.topic, "breadcrumb": trail_to(post.topic, "投稿を消す")}
        return render(request, "forum/delete.html", context)
    try:
        delete_post(post, by=request.user)
    except NotAllowed as error:
        raise PermissionDenied(NOT_YOURS) from error
    messages.success(request, "投稿を消しました。")
    remains = Topic.objects.visible_to(request.user).filter(pk=post.topic_id).exists()
    return redirect(post.get_absolute_url() if remains else post.topic.board.get_absolute_url())
