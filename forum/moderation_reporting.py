"""What everybody may know and do about moderation: the rules, the numbers, and telling of a post."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forum.lists import TITLE
from forum.models import Post
from forum.moderation import report as tell_moderators
from forum.moderation_forms import ReportForm
from forum.moderation_numbers import MOST_MONTHS, by_month
from forum.permissions import Action, may
from forum.rules import SHORT, Rule

THANKS = "お知らせくださり、ありがとうございます。事務局が読んで、確かめます。"
TOLD_BEFORE = "この投稿については、すでにお知らせいただいています。事務局が確かめています。"
NOT_HERE = "この掲示板では、この操作はできません。"


@login_not_required
@require_safe
def rules(request):
    context = {"rules": Rule, "breadcrumb": [(TITLE, reverse("forum:list")), ("ルール", None)]}
    return render(request, "forum/rules.html", context)


@login_not_required
@require_safe
def numbers(request):
    months = by_month()
    context = {
        "months": months,
        "rules": [(rule, rule.label, SHORT[rule]) for rule in Rule],
        "by_rule": [(month, [month.hidden[rule] for rule in Rule.values]) for month in months],
        "most_months": MOST_MONTHS,
        "breadcrumb": [(TITLE, reverse("forum:list")), ("事務局の対応の数", None)],
    }
    return render(request, "forum/moderation/numbers.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk):
    """Tell moderators of a post; visitors are led to the contact form, where the subject says which."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("topic__board"), pk=pk)
    if request.user.is_anonymous:
        subject = f"掲示板の投稿について（話題{post.topic_id}の{post.number}番目の投稿）"
        return redirect(reverse("contact", query={"subject": subject}))
    if not may(request.user, Action.FOLLOW, post.topic.board.visibility):
        raise PermissionDenied(NOT_HERE)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        is_first = tell_moderators(post, by=request.user, **form.cleaned_data)
        messages.success(request, THANKS if is_first else TOLD_BEFORE)
        return redirect(post.get_absolute_url())
    topic = post.topic
    breadcrumb = [(TITLE, reverse("forum:list")), (topic.title, post.get_absolute_url()), ("投稿を知らせる", None)]
    return render(request, "forum/moderation/report.html", {"post": post, "form": form, "breadcrumb": breadcrumb})
