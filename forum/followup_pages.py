"""Telling what came of a topic, and making a case of it."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cases.forms import organizations_of
from forum import obstacles
from forum.actions import NotOpen
from forum.case_drafts import draft_case, may_draft
from forum.followup import outcome_of, tell_outcome
from forum.form_views import HELD, WritingView
from forum.forms import ReplyForm
from forum.models import Post, Topic
from forum.reply_pages import trail_to
from publishing import working_copies
from publishing.form_fields import KeyField

NOT_YOURS = "その後を書けるのは、この話題を始めた人だけです。"
NOT_SOLVED = "事例の下書きは、解決した話題から作れます。"


class OutcomeView(WritingView):
    template_name = "forum/outcome.html"
    heading = "その後を伝える"

    def dispatch(self, request, pk):
        topics = Topic.objects.visible_to(request.user).select_related("board")
        self.topic = get_object_or_404(topics, pk=pk)
        if self.topic.author_id != request.user.pk:
            raise PermissionDenied(NOT_YOURS)
        if told := outcome_of(self.topic):
            if request.method != "POST":
                messages.info(request, "その後は、もう伝えてくださっています。加えるときは、返信をお書きください。")
            return redirect(told)
        return super().dispatch(request)

    @property
    def form_name(self):
        return working_copies.form_name("topic", self.topic.pk, "outcome")

    def obstacle(self):
        return obstacles.to_reply(self.request.user, self.topic)

    def form(self, data=None):
        first = self.topic.posts.filter(number=1).first()
        initial = {"shown_as": first.shown_as} if first else {}
        return ReplyForm(data, user=self.request.user, initial=initial)

    def made_before(self, form):
        return Post.objects.filter(creation_key=form.cleaned_data["key"], author=self.request.user).exists()

    def save_and_go_on(self, form):
        try:
            return super().save_and_go_on(form)
        except NotOpen:  # while it was being written
            return self.refuse(obstacles.to_reply(self.request.user, Topic.objects.get(pk=self.topic.pk)))

    def save(self, form):
        post = tell_outcome(self.topic, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, "その後を伝えました。ありがとうございます。" if post.is_visible else HELD)
        return post.get_absolute_url()

    def surroundings(self):
        return {"topic": self.topic, "breadcrumb": trail_to(self.topic, self.heading)}


class DraftForm(forms.Form):
    """For which organization."""

    key = KeyField(required=False, initial=uuid.uuid4)
    organization = forms.ModelChoiceField(
        None,
        label="団体",
        empty_label="選んでください",
        error_messages={
            "required": "団体を選んでください。",
            "invalid_choice": "この団体は選べません。ご自分の団体から選んでください。",
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = organizations_of(user)
        self.fields["organization"].queryset = own
        self.choices = list(own[:2])
        if len(self.choices) == 1:
            self.initial["organization"] = self.choices[0].pk


@require_http_methods(["GET", "HEAD", "POST"])
def case(request, pk):
    """Say what is taken over and for which organization; its button makes the draft."""
    topics = Topic.objects.visible_to(request.user).select_related("board", "best_answer")
    topic = get_object_or_404(topics, pk=pk)
    if not topic.is_visible or topic.solved_at is None:
        messages.error(request, NOT_SOLVED)
        return redirect(topic)
    if not may_draft(request.user, topic):
        raise PermissionDenied("事例の下書きを作れるのは、この話題を始めた人と、団体のメンバーです。")
    form = DraftForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        typed = form.cleaned_data
        made = draft_case(topic, typed["organization"], by=request.user, key=typed["key"])
        messages.success(request, "事例の下書きを作りました。足りないところを書き足してください。")
        return redirect("cases:edit", made.pk)
    context = {"form": form, "topic": topic, "breadcrumb": trail_to(topic, "この話題から事例を書く")}
    return render(request, "forum/case.html", context)
