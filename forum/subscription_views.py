"""Pages on which people choose their mails: with an account, with a mail address only, and by the links in mails."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from forum import links
from forum.following import Target, Unknown, read
from forum.lists import TITLE
from forum.models import Frequency, Subscriber, Subscription, What
from forum.subscription_forms import TOO_MANY, SettingsForm, SubscribeForm
from forum.subscriptions import TooMany, confirm, settings_of, stop, subscriber_of
from mailing.actions import queue_mail
from taxonomy import registry
from taxonomy.models import NATION_CODE

# How many confirmations one mail address gets, and how many one visitor may ask for.
TO_ONE_ADDRESS = limits.Limit(3, 3600)
FROM_ONE_PLACE = limits.Limit(10, 3600)
SAVED = "メールの受け取り方を保存しました。"


def _trail(title):
    return [(TITLE, reverse("forum:list")), (title, None)]


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request):
    """Everything somebody with an account may choose."""
    subscriber, person = settings_of(request.user), request.user
    if request.method == "POST" and "stop" in request.POST:
        return _stop_one(request, subscriber, reverse("forum:settings"))
    form = SettingsForm(request.POST if request.method == "POST" else None, subscriber=subscriber, person=person)
    if form.is_valid() and _save(form, lambda: subscriber_of(person)):
        messages.success(request, SAVED)
        return redirect("forum:settings")
    return render(request, "forum/settings.html", {"form": form, "breadcrumb": _trail("メールの受け取り方")})


def _stop_one(request, subscriber, back):
    """Follow one thing no longer; whatever else the form says is not saved with it."""
    pk = request.POST["stop"]
    known = subscriber.subscriptions.for_list() if subscriber.pk else Subscription.objects.none()
    one = known.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
    if one is None:
        messages.info(request, "このフォローは、すでにやめています。")
    else:
        one.delete()
        messages.success(request, f"「{one}」のフォローをやめました。")
    return redirect(back)


def _save(form, subscriber) -> bool:
    """Save, or say at the form why not."""
    try:
        with transaction.atomic():
            form.save(subscriber())
    except TooMany:  # from two windows at once; else the form has seen it
        form.add_error(None, TOO_MANY)
    return not form.errors


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request, token):
    """The same for a mail address without an account, by the link in its mails."""
    try:
        found = Subscriber.objects.filter(pk=links.read_manage(token), person=None).first()
    except (links.Expired, links.NotOurs) as error:
        return unusable(request, error)
    if found is None:
        return unusable(request, links.Expired())
    if request.method == "POST" and "stop" in request.POST:
        return _stop_one(request, found, request.path)
    form = SettingsForm(request.POST if request.method == "POST" else None, subscriber=found)
    if form.is_valid() and _save(form, lambda: Subscriber.objects.select_for_update().get(pk=found.pk)):
        messages.success(request, SAVED)
        return redirect("forum:subscription", token)
    stop_url = links.on_this_site(links.stop_address(links.Stop.DIGEST, found.pk))
    context = {"form": form, "stop_url": stop_url, "breadcrumb": _trail("メールの受け取り方")}
    return render(request, "forum/settings.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request):
    """Follow by mail address. Whatever is typed, the answer is the same: a mail is on its way."""
    if request.user.is_authenticated:
        return redirect("forum:settings")
    target, notice = _asked(request)
    initial = {"theme": request.GET.get("theme", ""), "region": request.GET.get("region", "")}
    form = SubscribeForm(request.POST if request.method == "POST" else None, initial=initial, target=target)
    context = {"form": form, "target": target, "notice": notice, "breadcrumb": _trail("メールで受け取る")}
    if not form.is_valid():
        return render(request, "forum/subscribe.html", context)
    place = limits.place(request.META.get("REMOTE_ADDR", ""))
    if limits.take((f"subscribe from {place}", FROM_ONE_PLACE)):
        context["too_many"] = True
        return render(request, "forum/subscribe.html", context, status=429)
    email = form.cleaned_data["email"]
    # Nobody learns by asking again that somebody else has asked; the owner is not flooded.
    if not limits.take((f"subscribe to {email.lower()}", TO_ONE_ADDRESS)):
        _mail_confirmation(email, form.what, form.how_often)
    return redirect("forum:subscribe_sent")


def _asked(request) -> tuple[Target | None, str]:
    """What the address names to be followed, and what is wrong with it; a field and a place are chosen in the form,
    unless that is no prefecture."""
    try:
        target = read(request.GET, request.user)
    except Unknown:
        return None, "指定されたものは見つかりませんでした。分野と地域を選んでください。"
    in_form = target.what == What.PLACE and (target.region is None or len(target.region.code) == 2)
    return (None if in_form and target.region != registry.region(NATION_CODE) else target), ""


def _mail_confirmation(email, what, frequency) -> None:
    target = read(what, AnonymousUser())
    queue_mail(
        to=email,
        subject="メールの受け取りの確認",
        template="mail/forum/confirm.txt",
        context={
            "target": target,
            "frequency": _often(target, frequency),
            "confirm_url": links.confirm_address(email, what, frequency),
            "days": links.CONFIRM_WITHIN.days,
        },
    )


def _often(target, frequency) -> str:
    return Frequency(frequency).label if target.has_digest else "変更や中止があったとき、すぐに"


@login_not_required
@require_safe
def subscribe_sent(request):
    return render(request, "forum/subscribe_sent.html", {"breadcrumb": _trail("確認のメールを送りました")})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe_confirm(request, token):
    """Looking at it changes nothing: programs look at the links in mails, too."""
    try:
        email, what, frequency = links.read_confirm(token)
        target = read(what, AnonymousUser())
    except (links.Expired, links.NotOurs) as error:
        return unusable(request, error)
    except Unknown:  # closed since the mail was written
        return unusable(request, links.Expired())
    context = {"target": target, "frequency": _often(target, frequency)}
    if request.method != "POST":
        return render(request, "forum/subscribe_confirm.html", context | {"breadcrumb": _trail("受け取りの確認")})
    try:
        subscriber = confirm(email, target, frequency)
    except TooMany:
        return render(request, "forum/subscribe_confirm.html", context | {"problem": TOO_MANY}, status=409)
    manage_url = links.on_this_site(links.manage_address(subscriber.pk))
    if subscriber.person_id:
        manage_url = reverse("forum:settings")
    context |= {"manage_url": manage_url, "breadcrumb": _trail("登録しました")}
    return render(request, "forum/subscribed.html", context)


# What a link stops, as the page says it.
STOPPED = {
    links.Stop.DIGEST: "新着のまとめのメール",
    links.Stop.EVENTS: "イベントの変更や中止をお知らせするメール",
    links.Stop.REPLIES: "返信をお知らせするメール",
    links.Stop.TOPIC: "この話題の返信をお知らせするメール",
    links.Stop.HELP: "答えをお願いするメール",
    links.Stop.FOLLOW_UPS: "相談のその後をおたずねするメール",
    links.Stop.UNANSWERED: "答えのない相談をお知らせするメール",
}


@csrf_exempt  # mail programs send the form themselves (RFC 8058); the signed address is the permission
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """Stop what the link names: at once by POST, after a button by GET. Works without sign-in, and for ever."""
    try:
        what, pks = links.read_stop(token)
    except links.NotOurs as error:
        return unusable(request, error)
    is_done = request.method == "POST"
    if is_done:
        stop(what, pks)
    title = "メールを止めました" if is_done else "メールを止める"
    context = {"what": STOPPED[what], "is_done": is_done, "title": title, "breadcrumb": _trail(title)}
    return render(request, "forum/unsubscribe.html", context)


def unusable(request, error):
    """The page for a link that cannot be used; 410 is for what was right once."""
    is_expired = isinstance(error, links.Expired)
    context = {"is_expired": is_expired, "breadcrumb": _trail("このリンクは使えません")}
    return render(request, "forum/link_unusable.html", context, status=410 if is_expired else 404)
