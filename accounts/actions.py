"""Writes that touch several rows: proposals of roles, applications for them, and leaving."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from accounts.models import NAME_OF_CLOSED, ProposalStatus, RoleAssignment, RoleProposal, User
from accounts.public_bodies import role_of_address
from accounts.roles import ROLES_WITH_REGION
from accounts.signals import account_closing
from mailing.actions import queue_mail


class AlreadyDecided(Exception):
    """Somebody else has decided the proposal in the meantime."""


class RegionMissing(Exception):
    """The role needs a region and the proposal has none."""


class NotNow(Exception):
    """The person has the role, waits for it, or was declined a short time ago."""


# So long somebody who was declined has to wait before applying again.
APPLY_AGAIN_AFTER = timedelta(days=30)


@transaction.atomic
def propose_role(user, *, email):
    """Open a proposal when the domain of the confirmed address speaks for a role the person does not have.

    Open proposals of a former address are withdrawn. Returns the proposal or None.
    """
    user.role_proposals.open().from_address().exclude(email=email).delete()
    role = role_of_address(email)
    if role is None or user.role_assignments.filter(role=role).exists():
        return None
    region = user.region if role in ROLES_WITH_REGION else None
    proposal, _ = RoleProposal.objects.get_or_create(
        user=user, role=role, status=ProposalStatus.OPEN, defaults={"email": email, "region": region}
    )
    return proposal


@transaction.atomic
def apply_for_role(user, role, *, region, statement):
    """Open a proposal that the person makes; raises NotNow.

    The row of the person is locked, so that two clicks make one application.
    """
    user = User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    if user.role_assignments.filter(role=role).exists() or user.role_proposals.open().filter(role=role).exists():
        raise NotNow(f"{role} is there or open")
    if may_apply_from(user.role_proposals.filter(role=role)) > timezone.now():
        raise NotNow(f"{role} was declined")
    return RoleProposal.objects.create(user=user, role=role, email=user.email, region=region, statement=statement)


def may_apply_from(proposals):
    """From when on the person may apply, after these ``proposals`` of one role."""
    declined = [one.decided_at for one in proposals if one.status == ProposalStatus.DECLINED]
    return max(declined) + APPLY_AGAIN_AFTER if declined else timezone.now()


@transaction.atomic
def grant_role(proposal, *, by, region=None, vouched_as=""):
    """Give the proposed role, once; two people pressing at once cannot both decide.

    ``vouched_as`` says as what somebody outside of the secretariat decides.
    """
    proposal = _open(proposal)
    region = region or proposal.region
    if proposal.role in ROLES_WITH_REGION and region is None:
        raise RegionMissing(f"{proposal.role} needs a region")
    RoleAssignment.objects.get_or_create(
        user=proposal.user, role=proposal.role, defaults={"region": region, "granted_by": by}
    )
    proposal.region, proposal.vouched_as = region, vouched_as
    return _decide(proposal, ProposalStatus.GRANTED, by=by, template="mail/role_granted.txt")


@transaction.atomic
def decline_role(proposal, *, by, reason, vouched_as=""):
    """Do not give the proposed role, and tell the person why."""
    if not reason.strip():
        raise ValueError("a reason is needed")
    proposal = _open(proposal)
    proposal.reason, proposal.vouched_as = reason.strip(), vouched_as
    return _decide(proposal, ProposalStatus.DECLINED, by=by, template="mail/role_declined.txt")


def _open(proposal):
    locked = RoleProposal.objects.select_for_update(of=["self"]).get(pk=proposal.pk)
    if locked.status != ProposalStatus.OPEN:
        raise AlreadyDecided(f"the proposal is {locked.status}")
    return locked


def _decide(proposal, status, *, by, template):
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, timezone.now()
    proposal.save()
    queue_mail(
        to=proposal.email,
        subject=f"役割の確認の結果（{proposal.get_role_display()}）",
        template=template,
        context={"proposal": proposal},
    )
    return proposal


@transaction.atomic
def remove_second_factor(user):
    """Take away every app, passkey and recovery code of somebody who has lost them, and tell the person."""
    user.authenticator_set.all().delete()
    queue_mail(to=user.email, subject="2段階認証を取り消しました", template="mail/second_factor_removed.txt")


@transaction.atomic
def close_account(user):
    """End the account: what the person wrote stays under 退会済み, the person's data goes.

    Sessions end, because the password changes and the account is no longer active.
    """
    user = User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    email = user.email
    account_closing.send(User, user=user)
    for belongings in (
        *(user.role_assignments, user.role_proposals, user.emailaddress_set),
        *(user.authenticator_set, user.socialaccount_set),
    ):
        belongings.all().delete()
    for links in (user.themes, user.groups, user.user_permissions):
        links.clear()
    user.email = f"closed-{user.pk}@closed.invalid"
    user.display_name = NAME_OF_CLOSED
    user.affiliation = user.occupation = ""
    user.region = user.last_login = None
    user.is_active = user.is_superuser = False
    user.closed_at = timezone.now()
    user.set_unusable_password()
    user.save()
    # The admin's history names people by what they were called then.
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=people, object_id=str(user.pk)).update(
        object_repr=NAME_OF_CLOSED, change_message=""
    )
    queue_mail(to=email, subject="退会の手続きが終わりました", template="mail/account_closed.txt")
    return user
