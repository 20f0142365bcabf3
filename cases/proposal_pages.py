"""The cases of a policy as its people see and name them, and the page on which the people of a case answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases import proposal_actions
from cases.models import CaseStudy, PolicyProposal, ProposalAnswer
from cases.proposal_actions import AlreadyAnswered, NotPublic, Outcome
from cases.proposal_forms import NamingForm
from policies.models import Policy
from publishing.items import editable_item
from publishing.models import Status
from publishing.paging import page_of

PAGE_METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 20
MOST_SHOWN = 100
TITLE = "この施策を使った事例"
TOLD = {
    Outcome.LINKED: (messages.success, "「{}」を、この施策を使った事例に加えました。"),
    Outcome.ASKED: (messages.success, "「{}」の団体に、メールでお願いしました。お返事はメールでお知らせします。"),
    Outcome.WAS_LINKED: (messages.info, "「{}」は、すでにこの施策と結ばれています。"),
    Outcome.WAS_ASKED: (messages.info, "「{}」には、すでにお願いしています。お返事をお待ちください。"),
    Outcome.WAS_DECLINED: (
        messages.warning,
        "「{}」の団体は、前にこのお願いを断っているため、お願いしていません。事例の側からは、いつでも結べます。",
    ),
    Outcome.NOBODY: (
        messages.warning,
        "「{}」の団体には、返事をできる利用者がまだいません。結びたいときは、事務局へお問い合わせください。",
    ),
    Outcome.TOO_MANY: (
        messages.warning,
        f"「{{}}」にはお願いしていません。返事を待っているお願いが{proposal_actions.MOST_OPEN}件あります。",
    ),
    Outcome.NOT_PUBLIC: (messages.error, "「{}」は結べませんでした。事例か施策の公開が終わっています。"),
}
ALREADY = {
    ProposalAnswer.ACCEPTED: "このお願いは、先に受け入れられています。",
    ProposalAnswer.DECLINED: "このお願いは、先に断られています。",
    ProposalAnswer.WITHDRAWN: "このお願いは、取り下げられています。",
}


ANSWERED = {
    ProposalAnswer.ACCEPTED: "この事例の「使った施策・予算」に加えました。お返事は、お願いした機関にお知らせします。",
    ProposalAnswer.DECLINED: "断りました。お返事は、お願いした機関にお知らせします。",
}


@require_http_methods(PAGE_METHODS)
def of_policy(request, pk):
    """For those who may edit the policy: its cases, the open questions, and a form that names more."""
    policy = editable_item(Policy, request.user, pk)
    if request.method == "POST" and "_find" not in request.POST:
        form = NamingForm(request.POST)
        if form.is_valid():
            _name(request, policy, form.cleaned_data)
            return redirect("cases:of_policy", pk)
    elif request.method == "POST":
        form = NamingForm.unjudged(request.POST)
    else:
        form = NamingForm()
    return render(request, "cases/of_policy.html", _context(request, policy, form))


def _name(request, policy, typed):
    for case in typed["cases"]:
        outcome = proposal_actions.name_case(case, policy, by=request.user, note=typed["note"])
        tell, sentence = TOLD[outcome]
        tell(request, sentence.format(case))


def _context(request, policy, form) -> dict:
    user = request.user
    linked = CaseStudy.objects.visible_to(user).filter(policies=policy).exclude(status=Status.DISCARDED)
    proposals = policy.case_proposals.for_list()
    return {
        "policy": policy,
        "form": form,
        "action": request.path,
        "page": page_of(linked.select_related("organization").newest_first(), request, per_page=PER_PAGE),
        "waiting": proposals.waiting()[:MOST_SHOWN],
        "declined": proposals.declined()[:MOST_SHOWN],
        "breadcrumb": [
            (Policy._meta.verbose_name, reverse("policies:list")),
            (policy.title, policy.get_absolute_url()),
            (TITLE, None),
        ],
    }


@require_http_methods(PAGE_METHODS)
def proposal(request, pk):
    """What is asked of the people of a case, for them to answer; those who asked may read it."""
    visible = PolicyProposal.objects.visible_to(request.user).for_list()
    found = get_object_or_404(visible, pk=pk)
    may_answer = PolicyProposal.objects.answerable_by(request.user).filter(pk=pk).exists()
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied("答えられるのは、事例を載せている団体のメンバーだけです。")
        _answer(request, found)
        return redirect(found)
    context = {
        "proposal": found,
        "may_answer": may_answer,
        "is_linked": found.case.policies.filter(pk=found.policy_id).exists(),
        "breadcrumb": [
            (CaseStudy._meta.verbose_name, reverse("cases:list")),
            (found.case.title, found.case.get_absolute_url()),
            ("施策と結ぶお願い", None),
        ],
    }
    return render(request, "cases/proposal.html", context)


def _answer(request, found):
    answers = {"accept": proposal_actions.accept, "decline": proposal_actions.decline}
    take = answers.get(request.POST.get("answer"))
    if take is None:
        messages.error(request, "「結ぶ」か「断る」のどちらかを押してください。")
        return
    try:
        answered = take(found, by=request.user)
    except AlreadyAnswered as error:
        messages.info(request, ALREADY[error.proposal.answer])
    except NotPublic:
        messages.error(request, "いまは結べません。事例か施策の公開が終わっています。")
    else:
        messages.success(request, ANSWERED[answered.answer])


@require_POST
def withdraw(request, pk):
    """Those who asked take the question back."""
    found = get_object_or_404(PolicyProposal.objects.visible_to(request.user).for_list(), pk=pk)
    if not PolicyProposal.objects.made_for(request.user).filter(pk=pk).exists():
        raise PermissionDenied("取り下げられるのは、施策を載せている機関のメンバーだけです。")
    try:
        proposal_actions.withdraw(found, by=request.user)
    except AlreadyAnswered as error:
        messages.info(request, ALREADY[error.proposal.answer])
    else:
        messages.success(request, f"「{found.case}」へのお願いを取り下げました。")
    return redirect("cases:of_policy", found.policy_id)
