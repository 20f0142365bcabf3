"""Linking a policy with cases from the policy's side: at once for one's own, else by asking the people of the case."""

from enum import Enum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases.models import CaseStudy, PolicyProposal, ProposalAnswer
from mailing.actions import queue_mail
from policies.models import Policy
from publishing.actions import locked, save_changes

# Of one policy, waiting for an answer: whoever asks more people at once has not looked at their cases.
MOST_OPEN = 30


class Outcome(Enum):
    """What became of naming a case."""

    LINKED = "linked"
    ASKED = "asked"
    WAS_LINKED = "was_linked"
    WAS_ASKED = "was_asked"
    WAS_DECLINED = "was_declined"
    # Nobody belongs to its organization who could answer.
    NOBODY = "nobody"
    TOO_MANY = "too_many"
    NOT_PUBLIC = "not_public"


class AlreadyAnswered(Exception):
    """Somebody has answered or withdrawn the proposal; ``proposal`` is how it stands now."""

    def __init__(self, proposal: PolicyProposal):
        super().__init__(f"the proposal was answered: {proposal.answer}")
        self.proposal = proposal


class NotPublic(Exception):
    """The case or the policy is not public (any more)."""


@transaction.atomic
def name_case(case: CaseStudy, policy: Policy, *, by, note="") -> Outcome:
    """Link the case with the policy if ``by`` may edit it, else ask its people by mail, once.

    The row of the case is locked, as it is for every edit: pressed twice, also at the same moment, it makes one.
    """
    case = locked(case)
    if not _both_public(case, policy):
        return Outcome.NOT_PUBLIC
    if case.policies.filter(pk=policy.pk).exists():
        return Outcome.WAS_LINKED
    if CaseStudy.objects.editable_by(by).filter(pk=case.pk).exists():
        _link(case, policy, by=by)
        return Outcome.LINKED
    return _propose(case, policy, by=by, note=note)


def _propose(case, policy, *, by, note) -> Outcome:
    answers = set(case.policy_proposals.filter(policy=policy).values_list("answer", flat=True))
    if ProposalAnswer.OPEN in answers:
        return Outcome.WAS_ASKED
    if ProposalAnswer.DECLINED in answers:
        return Outcome.WAS_DECLINED
    people = list(case.responsible_people())
    if not people:
        return Outcome.NOBODY
    if policy.case_proposals.open().count() >= MOST_OPEN:
        return Outcome.TOO_MANY
    proposal = PolicyProposal.objects.create(
        case=case, policy=policy, organization=policy.organization, proposed_by=by, note=note
    )
    _tell(proposal, people, f"この施策を使いましたか（{case}）", "mail/cases/proposal.txt")
    return Outcome.ASKED


@transaction.atomic
def accept(proposal: PolicyProposal, *, by) -> PolicyProposal:
    """Link both, as an edit of the case by ``by``. Raises AlreadyAnswered, NotPublic."""
    proposal = _locked_open(proposal)
    if not _both_public(proposal.case, proposal.policy):
        raise NotPublic(str(proposal))
    # Its writers may have linked it by themselves while the page was open.
    if not proposal.case.policies.filter(pk=proposal.policy_id).exists():
        _link(proposal.case, proposal.policy, by=by)
    return _answer(proposal, ProposalAnswer.ACCEPTED, by=by)


@transaction.atomic
def decline(proposal: PolicyProposal, *, by) -> PolicyProposal:
    """Leave the case as it is; the policy is not proposed for it again. Raises AlreadyAnswered."""
    return _answer(_locked_open(proposal), ProposalAnswer.DECLINED, by=by)


@transaction.atomic
def withdraw(proposal: PolicyProposal, *, by) -> PolicyProposal:
    """Take the question back. Raises AlreadyAnswered."""
    return _answer(_locked_open(proposal), ProposalAnswer.WITHDRAWN, by=by)


def _both_public(case, policy) -> bool:
    return case.is_published and Policy.objects.published().filter(pk=policy.pk).exists()


def _link(case, policy, *, by):
    save_changes(case, lambda current: current.policies.add(policy), by=by)


def _locked_open(proposal) -> PolicyProposal:
    """The proposal as it stands now: the case's row is locked first, as in `name_case`."""
    case = locked(proposal.case)
    proposal = PolicyProposal.objects.select_for_update(of=["self"]).select_related("policy").get(pk=proposal.pk)
    if not proposal.is_open:
        raise AlreadyAnswered(proposal)
    proposal.case = case
    return proposal


def _answer(proposal, answer, *, by) -> PolicyProposal:
    proposal.answer, proposal.answered_by, proposal.answered_at = answer, by, timezone.now()
    proposal.save(update_fields=["answer", "answered_by", "answered_at"])
    if answer != ProposalAnswer.WITHDRAWN:
        subject = f"お返事がありました（{proposal.case}）"
        _tell(proposal, _askers(proposal), subject, "mail/cases/proposal_answered.txt")
    return proposal


def _askers(proposal) -> list:
    """Who asked; everybody behind the policy when that person has left."""
    people = list(proposal.policy.responsible_people())
    return [person for person in people if person.pk == proposal.proposed_by_id] or people


def _tell(proposal, people, subject, template):
    context = {
        "proposal": proposal,
        "case_url": settings.SITE_URL + proposal.case.get_absolute_url(),
        "policy_url": settings.SITE_URL + proposal.policy.get_absolute_url(),
        "proposal_url": settings.SITE_URL + proposal.get_absolute_url(),
    }
    for person in people:
        queue_mail(to=person.email, subject=subject, template=template, context={**context, "person": person})
