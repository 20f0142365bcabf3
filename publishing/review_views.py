"""The reviewers' queue, the page on which they decide, and confirming small edits together."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from publishing import actions, figures, filters
from publishing.actions import AlreadyDecided, ChangedMeanwhile, TransitionNotAllowed, confirmed_content
from publishing.content import content_of, field_label
from publishing.deciding import POSSIBLE, decide
from publishing.models import CannedReason, Decision, Review, ReviewReason
from publishing.paging import page_of
from publishing.queue import kind_of, next_after, rows, waiting
from publishing.review_forms import DecisionForm, texts_with_reason
from publishing.shown_content import shown_changes, shown_fields
from publishing.small_edits import confirm_seen, small_edits

PER_PAGE = 20
# What is said after a decision of one's own, by what the review ended in.
SAID = {
    Decision.PUBLISHED: "公開しました。",
    Decision.SCHEDULED: "公開を予約しました。",
    Decision.RETURNED: "差し戻しました。理由を団体へメールで知らせます。",
    Decision.CONFIRMED: "変更を確認しました。",
    Decision.ROLLED_BACK: "変更を元に戻しました。理由を団体へメールで知らせます。",
}


def reviewers_only(view):
    """Closes a page to everybody who may not review."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.has_perm("publishing.review"):
            raise PermissionDenied("審査のページを使えるのは、事務局の審査の担当者だけです。")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@reviewers_only
def queue(request):
    chosen = filters.read(request.GET)
    page = page_of(waiting(chosen, request.user), request, per_page=PER_PAGE)
    shown = rows(page.object_list)
    return render(
        request,
        "publishing/review/queue.html",
        {
            "chosen": chosen,
            "page": page,
            "rows": shown,
            "has_small": any(row.may_be_ticked for row in shown),
            "figures": figures.of_the_queue(),
            "breadcrumb": [("審査", None)],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reviewers_only
def review(request, pk):
    """One item that waits: everything a decision needs, and the decision."""
    review = _review(pk)
    if request.method != "POST":
        return _decision_page(request, review, _empty_form(review)) if review.is_open else _decided(request, review)
    if "insert" in request.POST and review.is_open:
        texts, target = texts_with_reason(request.POST)
        form = DecisionForm(item=review.item, initial=texts, decision=_chance_to_comment(review))
        return _decision_page(request, review, form, opened=target)
    return _take_decision(request, review)


def _review(pk: int) -> Review:
    people = ("claimed_by", "submitted_by", "decided_by")
    review = get_object_or_404(Review.objects.select_related(*people), pk=pk)
    if review.item is None:
        raise Http404(f"the item of review {pk} is gone")
    return review


def _chance_to_comment(review) -> str:
    """Edits of public items are rolled back as a whole, so there is nothing to say at single fields."""
    return "return" if review.reason == ReviewReason.NEW else "roll_back"


def _empty_form(review):
    item = review.item
    initial = {"version": item.version}
    if item.publish_at and item.publish_at > timezone.now():
        wanted = timezone.localtime(item.publish_at)
        initial |= {"publish_date": wanted.date(), "publish_time": wanted.time()}
    return DecisionForm(item=item, initial=initial, decision=_chance_to_comment(review))


def _take_decision(request, review):
    decision = request.POST.get("decision", "")
    if decision not in POSSIBLE[review.reason]:
        messages.error(request, "どの操作か分からなかったため、何も変えていません。もう一度ボタンを押してください。")
        return redirect(_address(request, review))
    form = DecisionForm(request.POST, item=review.item, decision=decision)
    if not review.is_open:
        return _decided(request, review, form)
    if not form.is_valid():
        return _decision_page(request, review, form)
    try:
        decided = decide(
            review,
            decision,
            by=request.user,
            version=form.cleaned_data["version"],
            note=form.cleaned_data["note"],
            comments=form.comments(),
            publish_at=form.publish_at(),
        )
    except ChangedMeanwhile:
        return _changed(request, review)
    except (AlreadyDecided, TransitionNotAllowed):
        return _decided(request, _review(review.pk), form)
    messages.success(request, f"「{decided.title}」：{SAID[decided.decision]}")
    return _to_next(request, review)


def _changed(request, review):
    """The item was edited after the page was opened: the page anew, with what the reviewer typed."""
    texts = {**request.POST.dict(), "version": _review(review.pk).item.version}
    review = _review(review.pk)
    form = DecisionForm(item=review.item, initial=texts, decision=_chance_to_comment(review))
    return _decision_page(request, review, form, was_changed=True, status=409)


def _address(request, review) -> str:
    return reverse("publishing:review", args=[review.pk]) + filters.read(request.GET).query


def _to_next(request, review):
    chosen = filters.read(request.GET)
    following = next_after(review, chosen, request.user)
    if following:
        messages.info(request, "続けて、次の申請を表示しています。")
        return redirect(_address(request, following))
    messages.info(request, "この条件で、次に見る申請はもうありません。")
    return redirect(reverse("publishing:queue") + chosen.query)


def _decided(request, review, form=None):
    """Says who decided and how. One's own second click leads on as the first did."""
    is_post = request.method == "POST"
    if is_post and review.decided_by == request.user and review.decision in SAID:
        messages.info(request, f"「{review.title}」は、すでにあなたが決めています（{review.get_decision_display()}）。")
        return _to_next(request, review)
    typed = (
        [(field.label, field.value()) for field in form if field.name.startswith(("note", "comment_"))] if form else []
    )
    chosen = filters.read(request.GET)
    context = {
        "review": review,
        "kind": kind_of(review),
        "comments": [(field_label(review.item, comment.field), comment.text) for comment in review.comments.all()],
        "was_too_late": is_post,
        "typed": [(label, text) for label, text in typed if text],
        "chosen": chosen,
        "following": next_after(review, chosen, request.user),
        "breadcrumb": [("審査", reverse("publishing:queue") + chosen.query), (review.title, None)],
    }
    return render(request, "publishing/review/decided.html", context, status=409 if is_post else 200)


def _decision_page(request, review, form, *, opened="", was_changed=False, status=200):
    item, chosen = review.item, filters.read(request.GET)
    is_change = review.reason == ReviewReason.CHANGE
    confirmed = confirmed_content(item) if is_change else None
    fields = shown_fields(item)
    comments = {} if is_change else {field.name: form.comment(field.name) for field in fields}
    empty = [(field, comments.get(field.name)) for field in fields if field.is_empty]
    context = {
        "review": review,
        "row": rows([review])[0],
        "item": item,
        "form": form,
        "opened": opened,
        "opened_empty": any(comment and _is_open(comment, opened) for _, comment in empty),
        "was_changed": was_changed,
        "is_change": is_change,
        "changes": shown_changes(item, confirmed or {}, content_of(item)) if is_change else [],
        "filled": [(field, comments.get(field.name)) for field in fields if not field.is_empty],
        "empty": empty,
        "admin_url": reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk]),
        "duplicates": item.possible_duplicates(),
        "organization": item.organization_behind(),
        "people": item.responsible_people(),
        "former": _former(item),
        "canned_reasons": CannedReason.objects.all(),
        "chosen": chosen,
        "following": next_after(review, chosen, request.user),
        "breadcrumb": [("審査", reverse("publishing:queue") + chosen.query), (review.title, None)],
    }
    return render(request, "publishing/review/review.html", context, status=status)


def _is_open(comment, opened: str) -> bool:
    """Whether the room for a comment stands open: it was chosen, or there is something in it."""
    return bool(comment.name == opened or comment.value() or comment.errors)


def _former(item):
    """What was decided before: each with its comments under the names of the fields."""
    reviews = item.reviews.decided().select_related("decided_by").prefetch_related("comments")[:10]
    return [(each, [(field_label(item, said.field), said.text) for said in each.comments.all()]) for each in reviews]


@require_POST
@reviewers_only
def claim(request, pk):
    """Take a review as one's own, also from a colleague."""
    review = _review(pk)
    try:
        actions.claim(review, by=request.user)
    except AlreadyDecided:
        return _decided(request, _review(pk))
    messages.success(request, "あなたの担当にしました。")
    return redirect(_address(request, review))


@require_POST
@reviewers_only
def release(request, pk):
    """Give one's own review back to everybody."""
    review = _review(pk)
    if review.claimed_by != request.user:
        messages.error(request, "この申請は、いまはあなたの担当ではありません。何も変えていません。")
    else:
        actions.release(review)
        messages.success(request, "担当を外しました。")
    return redirect(_address(request, review))


@require_http_methods(["GET", "HEAD", "POST"])
@reviewers_only
def confirm_small(request):
    """The small edits that were ticked in the queue: every difference of each, then one button for all."""
    if request.method == "POST":
        confirmed, left_out = confirm_seen(request.POST.getlist("seen"), by=request.user)
        if confirmed:
            messages.success(request, f"{len(confirmed)}件の変更を確認しました。")
        for review, why in left_out:
            messages.warning(request, f"「{review.title}」は確認していません。{why}")
        return redirect("publishing:queue")
    edits = small_edits(request.GET.getlist("review"))
    if not edits:
        messages.warning(request, "小さな変更を1件以上選んでから、ボタンを押してください。")
        return redirect("publishing:queue")
    context = {"edits": edits, "breadcrumb": [("審査", reverse("publishing:queue")), ("小さな変更の確認", None)]}
    return render(request, "publishing/review/confirm_small.html", context)
