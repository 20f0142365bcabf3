"""The list of what somebody was told."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from forum import notices as telling
from forum.lists import TITLE
from forum.models import Notice
from publishing.paging import page_of

PER_PAGE = 20


@require_safe
def notices(request):
    page = page_of(Notice.objects.of(request.user).with_reading().for_list(), request, per_page=PER_PAGE)
    context = {
        "page": page,
        "notices": page.object_list,
        "unread": telling.unread_count(request.user),
        "breadcrumb": [(TITLE, reverse("forum:list")), ("お知らせ", None)],
    }
    return render(request, "forum/notices.html", context)


@require_POST
def read_all(request):
    telling.read_all(request.user)
    messages.success(request, "すべて「読んだ」にしました。")
    return redirect("forum:notices")
