"""The page of one step: for the person whom it concerns, who may answer once, and for moderators."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forum.lists import TITLE
from forum.models import ModerationStep, Post, Topic
from forum.moderation_acts import OF_ANSWER
from forum.moderation_answers import answer
from forum.moderation_forms import AnswerForm
from forum.moderation_mails import SUBJECTS
from forum.moderation_pages import UNKNOWN, trail
from forum.moderation_steps import AlreadyDone
from forum.permissions import may_moderate
from forum.quoting import with_links

ANSWERED = "返事を受け取りました。事務局が読み、どうするかをメールでお知らせします。"
ANSWERED_BEFORE = "返事は、すでにいただいています。書けるのは一度だけです。"
TOO_LATE = "この返事には、先に回答が済んでいます。いまの状態は、下のとおりです。"


@require_http_methods(["GET", "HEAD", "POST"])
def step(request, pk):
    steps = ModerationStep.objects.visible_to(request.user).for_list().select_related("suspension")
    found = get_object_or_404(steps, pk=pk)
    if request.method == "POST":
        return _do(request, found)
    return _page(request, found)


def _do(request, found):
    wanted = request.POST.get("do")
    if wanted == "answer":
        return _answer(request, found)
    act = OF_ANSWER.acts.get(wanted) if may_moderate(request.user) else None
    if act is None:
        messages.error(request, UNKNOWN)
        return redirect(found)
    form = act.blank(found, "", request.POST)
    if not form.is_valid():
        return _page(request, found, {act.name: form})
    try:
        act.take(found, by=request.user, **form.cleaned_data)
    except AlreadyDone:
        messages.warning(request, TOO_LATE)
    else:
        messages.success(request, act.said)
    return redirect(found)


def _answer(request, found):
    if found.person_id != request.user.pk or not found.is_against:
        raise PermissionDenied("返事を書けるのは、知らせを受け取った本人だけです。")
    form = AnswerForm(request.POST)
    if found.answered_at is None and not form.is_valid():
        return _page(request, found, answer_form=form)
    try:
        answer(found, by=request.user, answer=form.cleaned_data["answer"] if form.is_valid() else "")
    except AlreadyDone:
        messages.info(request, ANSWERED_BEFORE)
    else:
        messages.success(request, ANSWERED)
    return redirect(found)


def _page(request, found, filled=None, answer_form=None):
    is_moderator = may_moderate(request.user)
    if found.post:
        found.post.linked_html = with_links(found.post.html, found.topic or found.post.topic)
    form = answer_form or next(iter((filled or {}).values()), None)
    context = {
        "step": found,
        "heading": f"事務局の対応：{found.get_step_display()}" if is_moderator else _heading(found),
        "form": form,
        "is_moderator": is_moderator,
        "page_url": _shown_at(request.user, found),
        "answer_form": (answer_form or AnswerForm()) if found.may_be_answered_by(request.user) else None,
        "acts": OF_ANSWER.shown(found, filled=filled) if is_moderator else [],
        "breadcrumb": trail(("事務局の対応", None))
        if is_moderator
        else [(TITLE, reverse("forum:list")), ("事務局の対応", None)],
    }
    return render(request, "forum/moderation/step.html", context)


def _heading(found) -> str:
    """As the mail has told it."""
    return SUBJECTS.get(found.step, found.get_step_display())


def _shown_at(user, found) -> str:
    """Where the person can read what the step was about; "" when nowhere."""
    if found.post and Post.objects.visible_to(user).filter(pk=found.post_id).exists():
        return found.post.get_absolute_url()
    if found.topic and Topic.objects.visible_to(user).filter(pk=found.topic_id).exists():
        return found.topic.get_absolute_url()
    return ""
