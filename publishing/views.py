"""Taking an action of the workflow, and keeping what is being typed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from publishing import working_copies
from publishing.actions import ReasonMissing, TransitionNotAllowed, change_status
from publishing.items import model_of, visible_item
from publishing.workflow import TRANSITIONS, available_actions

# What members are told after an action of theirs.
DONE = {
    "submit": "申請しました。結果はメールでお知らせします。",
    "withdraw": "申請を取り下げました。下書きに戻っています。",
    "publish": "公開しました。",
    "schedule": "公開を予約しました。",
    "close": "公開を終了しました。",
    "discard": "下書きを破棄しました。",
    "restore": "下書きに戻しました。",
}


def back(request, default: str) -> str:
    """Where the form wants to lead afterwards, if that is a page of ours."""
    target = request.POST.get("next", "")
    # Without a "/" it would be taken for the name of a view.
    is_path = target.startswith("/")
    return target if is_path and url_has_allowed_host_and_scheme(target, {request.get_host()}) else default


@require_POST
def act(request, kind, pk, action):
    """Take one action of members: submit, withdraw, close, … Reviewers decide in the queue."""
    item = visible_item(model_of(kind), request.user, pk)
    if action not in DONE:
        raise Http404(f"no action {action}")
    if action not in available_actions(item, request.user):
        if item.status not in TRANSITIONS[action].allowed_from:
            messages.error(request, f"いまは「{item.get_status_display()}」の状態のため、この操作はできません。")
            return redirect(back(request, item.get_absolute_url()))
        raise PermissionDenied("この操作ができるのは、載せている団体のメンバーだけです。")
    if action == "submit" and (missing := item.missing_for_submission()):
        messages.error(request, f"申請の前に、次の項目を入力してください：{'、'.join(missing)}")
        return redirect(f"{item._meta.app_label}:edit", item.pk)
    try:
        change_status(item, action, by=request.user, note=request.POST.get("note", "")[:1000])
    except TransitionNotAllowed:
        messages.error(request, "ほかの方が先に状態を変えたため、何も変えていません。")
    except ReasonMissing:
        messages.error(request, "理由を入力してください。")
    else:
        messages.success(request, DONE[action])
    return redirect(back(request, item.get_absolute_url()))


@login_not_required
@require_POST
def keep(request):
    """Keep what is being typed (htmx); answers with a sentence for the form's status line."""
    if request.user.is_anonymous:
        return render(request, "publishing/_kept.html", {"problem": "signed_out"})
    try:
        copy = working_copies.keep(request.user, request.POST.get("_form", ""), request.POST)
    except working_copies.TooMuch:
        return render(request, "publishing/_kept.html", {"problem": "too_much"})
    return render(request, "publishing/_kept.html", {"copy": copy})


@require_POST
def forget(request):
    """Give up what was typed and not saved, and open the form anew."""
    working_copies.forget(request.user, request.POST.get("_form", ""))
    messages.success(request, "書きかけの内容を破棄しました。")
    return redirect(back(request, "/mypage/"))
