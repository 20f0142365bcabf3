"""Inviting people by mail: signed links that expire, count once and can be revoked."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse
from django.utils import timezone

from mailing.actions import queue_mail
from organizations.actions import changing_members, tell_owners
from organizations.models import Invitation

SIGNER = TimestampSigner(salt="organizations.invitation")
VALID_FOR = timedelta(days=14)
MOST_OPEN = 20
# Of one organization: more a day is no inviting any more.
MOST_PER_DAY = 40
RESENT_AFTER = timedelta(minutes=10)


class AlreadyMember(Exception):
    """The person belongs to the organization already."""


class AlreadyInvited(Exception):
    """An invitation to that address is open."""


class TooManyInvitations(Exception):
    """The organization has as many open invitations, or as many of today, as one may have."""


class TooSoon(Exception):
    """The last mail of the invitation went out only minutes ago."""


class InvitationClosed(Exception):
    """The invitation was accepted or revoked, or its time is over."""


class SomebodyElse(Exception):
    """The invitation is for another mail address."""


def link_of(invitation) -> str:
    return settings.SITE_URL + reverse("organizations:invitation", args=[SIGNER.sign(str(invitation.pk))])


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link, whatever became of it; None for a link that is not of ours.

    Raises `django.core.signing.SignatureExpired` for a link whose time is over.
    """
    found = Invitation.objects.select_related("organization", "invited_by")
    try:
        return found.filter(pk=SIGNER.unsign(token, max_age=VALID_FOR)).first()
    except BadSignature as error:
        if type(error) is BadSignature:
            return None
        raise


def is_for(invitation, user) -> bool:
    """Whether the person has confirmed the address that was invited."""
    return user.emailaddress_set.filter(verified=True, email__iexact=invitation.email).exists()


def masked(email: str) -> str:
    """Enough for its owner to know the address again: t***@example.jp."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def invite(organization, *, email, role, by):
    """Invite ``email`` by mail. Raises AlreadyMember, AlreadyInvited, TooManyInvitations."""
    now, email = timezone.now(), email.lower()
    with changing_members(organization, by=by, action="invite") as organization:
        if organization.memberships.filter(user__emailaddress__email__iexact=email).exists():
            raise AlreadyMember(email)
        invitations = organization.invitations
        if invitations.open(now).filter(email=email).exists():
            raise AlreadyInvited(email)
        today = invitations.filter(invited_at__gt=now - timedelta(days=1)).count()
        if invitations.open(now).count() >= MOST_OPEN or today >= MOST_PER_DAY:
            raise TooManyInvitations(f"{organization.pk} has {today} of today")
        # One that ran out of time makes room for the new one.
        invitations.filter(email=email, accepted_at=None, revoked_at=None).update(revoked_at=now)
        invitation = invitations.create(email=email, role=role, invited_by=by, expires_at=now + VALID_FOR)
        _send(invitation, by=by)
    return invitation


def send_again(invitation, *, by):
    """Send the mail once more, with a new link and a new time. Raises InvitationClosed, TooSoon."""
    with changing_members(invitation.organization, by=by, action="invite"):
        invitation = _unanswered(invitation)
        now = timezone.now()
        if invitation.expires_at - VALID_FOR > now - RESENT_AFTER:
            raise TooSoon(f"{invitation.pk} was sent at {invitation.expires_at - VALID_FOR}")
        invitation.expires_at = now + VALID_FOR
        invitation.save(update_fields=["expires_at"])
        _send(invitation, by=by)
    return invitation


def revoke(invitation, *, by):
    """Take the invitation back: its link no longer counts. Raises InvitationClosed."""
    with changing_members(invitation.organization, by=by, action="revoke_invitation"):
        invitation = _unanswered(invitation)
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
    return invitation


def accept(invitation, *, by):
    """Let ``by`` join, once. Raises SomebodyElse, InvitationClosed, AlreadyMember."""
    with changing_members(invitation.organization, by=by, action="accept_invitation") as organization:
        invitation = _unanswered(invitation)
        now = timezone.now()
        if invitation.expires_at <= now:
            raise InvitationClosed(f"{invitation.pk} ran out at {invitation.expires_at}")
        if not is_for(invitation, by):
            raise SomebodyElse(f"{invitation.pk} is for another address than {by.pk} has")
        if organization.memberships.filter(user=by).exists():
            raise AlreadyMember(f"{by.pk} belongs to {organization.pk}")
        membership = organization.memberships.create(user=by, role=invitation.role, invited_by=invitation.invited_by)
        invitation.accepted_at, invitation.accepted_by = now, by
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        tell_owners(organization, "メンバーが加わりました", "joined", but=by, membership=membership)
    return membership


def _unanswered(invitation) -> Invitation:
    """The invitation as it stands now; raises InvitationClosed when it was accepted or revoked."""
    invitation = Invitation.objects.select_related("organization", "invited_by").get(pk=invitation.pk)
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationClosed(f"{invitation.pk} was accepted or revoked")
    return invitation


def _send(invitation, *, by):
    organization = invitation.organization
    queue_mail(
        to=invitation.email,
        subject=f"「{organization}」への招待",
        template="mail/organizations/invitation.txt",
        context={"invitation": invitation, "organization": organization, "by": by, "link": link_of(invitation)},
    )
