"""What is done by one button on the page of a topic."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from forum import actions
from forum.actions import NotAllowed
from forum.models import Post, Topic
from forum.permissions import Action, may

NOT_THE_ASKER = "解決済みにできるのは、話題を始めた人だけです。"
BEST = "役に立った答えを選び、解決済みにしました。"
SOLVED = "解決済みにしました。"
REOPENED = "解決済みを取り消しました。"
NOT_HERE = "この掲示板では、この操作はできません。"


def _topic(user, pk) -> Topic:
    """What the person may read and follow."""
    found = get_object_or_404(Topic.objects.visible_to(user).select_related("board"), pk=pk)
    if not may(user, Action.FOLLOW, found.board.visibility):
        raise PermissionDenied(NOT_HERE)
    return found


@require_POST
def react(request, pk):
    """「参考になった」, or not any more."""
    post = get_object_or_404(Post.objects.visible_to(request.user).visible(), pk=pk)
    _topic(request.user, post.topic_id)
    is_on = request.POST.get("on") == "1"
    actions.react(post, by=request.user, on=is_on)
    if not request.htmx:
        return redirect(post.get_absolute_url())
    post.refresh_from_db(fields=["reaction_count"])
    post.has_reacted = is_on and post.author_id != request.user.pk
    return render(request, "forum/_reaction.html", {"post": post})


@require_POST
def bookmark(request, pk):
    topic, is_on = _topic(request.user, pk), request.POST.get("on") == "1"
    actions.bookmark(topic, by=request.user, on=is_on)
    messages.success(request, "しおりを付けました。「自分の話題」から開けます。" if is_on else "しおりを外しました。")
    return redirect(topic)


@require_POST
def watch(request, pk):
    topic, is_on = _topic(request.user, pk), request.POST.get("on") == "1"
    actions.watch(topic, by=request.user, on=is_on)
    on, off = "この話題に返信があると、お知らせします。", "この話題のお知らせを止めました。"
    messages.success(request, on if is_on else off)
    return redirect(topic)


@require_POST
def mark_read(request, pk):
    """The person has read up to a number: asked for by the page itself after a moment, or by the button."""
    topic, number = _topic(request.user, pk), request.POST.get("number", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        actions.mark_read(request.user, topic, min(int(number), topic.last_number))
    if request.htmx:
        return render(request, "forum/_read.html")
    messages.success(request, "ここまで読んだことを、覚えておきます。")
    return redirect("forum:unread", topic.pk)


@require_POST
def choose_best(request, pk):
    """The answer that helped."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic"), pk=pk)
    return _decide(request, post.topic, lambda: actions.choose_best(post.topic, post, by=request.user), BEST)


@require_POST
def solve(request, pk):
    """Solved, without one answer that did it."""
    topic = get_object_or_404(Topic.objects.visible_to(request.user), pk=pk)
    return _decide(request, topic, lambda: actions.choose_best(topic, None, by=request.user), SOLVED)


@require_POST
def reopen(request, pk):
    topic = get_object_or_404(Topic.objects.visible_to(request.user), pk=pk)
    return _decide(request, topic, lambda: actions.reopen(topic, by=request.user), REOPENED)


def _decide(request, topic, action, sentence):
    try:
        action()
    except NotAllowed as error:
        raise PermissionDenied(NOT_THE_ASKER) from error
    messages.success(request, sentence)
    return redirect(topic)
