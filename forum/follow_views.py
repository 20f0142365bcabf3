"""Following something by the button on its page, and what is done with one thing that is followed."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from forum.following import Target, Unknown, read
from forum.models import Frequency, Subscription, What
from forum.subscription_forms import NAME_TOO_LONG, TOO_MANY, FollowForm
from forum.subscriptions import TooMany, look, subscriber_of
from forum.subscriptions import follow as follow_target

EVENT = "「{}」の日時の変更や中止があったら、すぐにメールでお知らせします。"
FOLLOWED = "「{}」の新着を、{}メールでお届けします。「メールの受け取り方」で、いつでもやめられます。"
STOPPED = "「{}」のフォローをやめました。"
NOT_FOLLOWED = "入力を読み取れませんでした。名前は60文字まで、回数は一覧から選んでください。"
# How often, in the middle of a sentence.
OFTEN = {Frequency.WEEKLY: "週に1回", Frequency.MONTHLY: "月に1回", Frequency.DAILY: "毎日、新着のあった日に"}


@require_POST
def follow(request):
    """Follow what the form names; see `following.read` for how."""
    try:
        target = read(request.POST, request.user)
    except Unknown as error:
        raise Http404(str(error)) from error
    form = FollowForm(request.POST)
    if not form.is_valid():
        messages.error(request, NAME_TOO_LONG if "name" in form.errors else NOT_FOLLOWED)
        return redirect(_back(request, target))
    try:
        with transaction.atomic():
            made = follow_target(subscriber_of(request.user), target, **form.cleaned_data)
    except TooMany:
        messages.error(request, TOO_MANY)
        return redirect("forum:settings")
    messages.success(request, _said(made))
    return redirect(_back(request, target))


def _said(made: Subscription) -> str:
    if made.what == What.EVENT:
        return EVENT.format(made)
    if made.frequency == Frequency.NEVER:
        return f"「{made}」を保存しました。メールはお送りしません。"
    return FOLLOWED.format(made, OFTEN[made.frequency])


def _back(request, target: Target) -> str:
    """To where the button was pressed."""
    url = request.POST.get("next", "")
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_ours else target.url or reverse("forum:settings")


def _own(request, pk) -> Subscription:
    own = Subscription.objects.filter(subscriber__person=request.user).for_list()
    return get_object_or_404(own, pk=pk)


@require_POST
def stop(request, pk):
    one = _own(request, pk)
    target = Target.of(one, request.user)
    one.delete()
    messages.success(request, STOPPED.format(one))
    return redirect(_back(request, target))


@require_POST
def look_at(request, pk):
    """To what is new; from now on that is no news."""
    one = _own(request, pk)
    look(one)
    return redirect(Target.of(one, request.user).url or reverse("forum:settings"))
