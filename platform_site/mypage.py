"""The person's own page: organizations, drafts, and what waits for the person."""

from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def mypage(request):
    return render(request, "pages/mypage.html")
