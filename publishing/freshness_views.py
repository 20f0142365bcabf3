"""Confirming that content is still right: by the links of the yearly mail, without sign-in, and by a button."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from publishing import freshness_links
from publishing.actions import confirm as confirm_item
from publishing.forms import speak_plainly
from publishing.freshness_actions import NotPublic, NotTheirs, check_standing, take_answer
from publishing.items import model_of, visible_item
from publishing.models import Answer, FreshnessQuestion
from publishing.views import back

# Why a link cannot be used, by what was raised; 410 is for what was right once.
UNUSABLE = {
    freshness_links.NotOurs: ("unknown", 404),
    freshness_links.Expired: ("expired", 410),
    NotPublic: ("not_public", 410),
    NotTheirs: ("not_theirs", 410),
}


class ChangeForm(forms.Form):
    note = forms.CharField(
        label="変わったところ",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="例：代表者と電話番号が変わりました。いまは月2回の開催です。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields["note"], "note")
        self.fields["note"].widget.attrs.pop("maxlength", None)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def freshness(request, token):
    """One of the three links of the mail. Looking at it changes nothing; its button does what it says."""
    try:
        question, answer = freshness_links.read(token)
        if question.answer == answer:  # pressed twice, or the mail opened once more
            return redirect("publishing:freshness_done", token)
        check_standing(question, question.item)
        form_class = ChangeForm if answer == Answer.CHANGED else forms.Form
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            take_answer(question, answer, note=form.cleaned_data.get("note", ""))
            return redirect("publishing:freshness_done", token)
    except tuple(UNUSABLE) as error:
        return _unusable(request, error)
    return render(request, "publishing/freshness/ask.html", _context(question, answer, form))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def freshness_done(request, token):
    """What became of the answer; before there is one, the question."""
    try:
        question, answer = freshness_links.read(token)
    except tuple(UNUSABLE) as error:
        return _unusable(request, error)
    if question.answer != answer or question.item is None:
        return redirect("publishing:freshness", token)
    return render(request, "publishing/freshness/done.html", _context(question, answer))


def _context(question, answer, form=None):
    item = question.item
    closes = answer == Answer.ENDED and item.CLOSES_WHEN_ENDED
    last = FreshnessQuestion.objects.round_of(question).exclude(answer="").first()
    return {
        "form": form,
        "item": item,
        "kind": item._meta.verbose_name,
        "answer": answer,
        # What the end means for this kind: the page is closed, or it stays and says so.
        "closes": closes and item.may_be_closed_by(question.person),
        "is_passed_on": closes and not item.may_be_closed_by(question.person),
        "last": last,
        "edit_url": reverse(f"{item._meta.app_label}:edit", args=[item.pk]),
    }


def _unusable(request, error):
    reason, status = UNUSABLE[type(error)]
    return render(request, "publishing/freshness/unusable.html", {"reason": reason}, status=status)


@require_POST
def confirm(request, kind, pk):
    """「内容を確かめました」 on a page: members and reviewers note that what it says is right today."""
    item = visible_item(model_of(kind), request.user, pk)
    is_member = type(item)._default_manager.editable_by(request.user).filter(pk=pk).exists()
    if not is_member and not request.user.has_perm("publishing.review"):
        raise PermissionDenied("内容を確かめたことを記録できるのは、載せている団体のメンバーだけです。")
    if item.is_published:
        confirm_item(item, on=timezone.localdate(), by=request.user)
        messages.success(request, "内容を確かめた日を、今日にしました。")
    else:
        messages.error(request, f"いまは「{item.get_status_display()}」の状態のため、この操作はできません。")
    return redirect(back(request, item.get_absolute_url()))
