"""Reading the board."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from forum.models import Board, Topic

PER_PAGE = 20


@login_not_required
@require_safe
def forum(request):
    topics = Topic.objects.visible_to(request.user).visible().for_list().latest_first()[:PER_PAGE]
    context = {"boards": Board.objects.visible_to(request.user), "topics": topics, "breadcrumb": [("交流掲示板", None)]}
    return render(request, "forum/forum.html", context)


@login_not_required
@require_safe
def board(request, slug):
    found = get_object_or_404(Board.objects.visible_to(request.user), slug=slug)
    topics = Topic.objects.visible_to(request.user).visible().filter(board=found).for_list().latest_first()[:PER_PAGE]
    context = {"board": found, "boards": [found], "topics": topics, "breadcrumb": [(found.title, None)]}
    return render(request, "forum/forum.html", context)


@login_not_required
@require_safe
def topic(request, pk):
    found = get_object_or_404(Topic.objects.visible_to(request.user).select_related("board"), pk=pk)
    posts = found.posts.on_page(found, 1)
    return render(request, "forum/topic.html", {"topic": found, "posts": posts, "breadcrumb": [(found.title, None)]})
