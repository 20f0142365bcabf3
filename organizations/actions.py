"""Writes about organizations and who belongs to them. An organization that has members never loses its last owner."""

from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.roles import OrganizationRole
from mailing.actions import queue_mail
from organizations.models import Membership, Organization
from publishing.actions import change_status, create, recorded, save_changes


class LastOwner(Exception):
    """Without this owner the organization would have none."""


class NotAMember(Exception):
    """The person does not belong to the organization (any more)."""


def register(write, *, by, key, form_name=""):
    """Make an organization in 下書き with ``by`` as its owner; see `publishing.actions.create`."""

    def write_with_owner(organization):
        write(organization)
        organization.memberships.create(user=by, role=OrganizationRole.OWNER)

    return create(Organization, write_with_owner, by=by, key=key, form_name=form_name)


@transaction.atomic
def save_and_move(organization, write, action, *, by, version=None, form_name=""):
    """Save an edit and take an action of the workflow, such as "submit", or neither."""
    organization = save_changes(organization, write, by=by, version=version, form_name=form_name)
    return change_status(organization, action, by=by)


@contextmanager
def changing_members(organization, *, by, action):
    """Inside, nobody else changes who belongs to the organization, whose fresh row is given."""
    with transaction.atomic(), recorded(by=by, action=action):
        yield Organization.objects.select_for_update(of=["self"]).get(pk=organization.pk)


def change_role(membership, role, *, by):
    """Make the member owner or editor. Raises LastOwner, NotAMember."""
    with changing_members(membership.organization, by=by, action="change_role") as organization:
        membership = _fresh(membership, organization)
        if membership.role == role:
            return membership
        if role != OrganizationRole.OWNER:
            _refuse_last_owner(membership)
        membership.role = role
        membership.save(update_fields=["role"])
        if membership.user != by:
            _tell(membership.user, organization, "役割が変わりました", "role_changed", by=by, membership=membership)
    return membership


def remove(membership, *, by):
    """End the membership: the person leaves, or somebody else takes the person out. Raises LastOwner, NotAMember."""
    with changing_members(membership.organization, by=by, action="remove_member") as organization:
        membership = _fresh(membership, organization)
        _refuse_last_owner(membership)
        membership.delete()
        if membership.user == by:
            tell_owners(organization, "メンバーが抜けました", "left", leaver=membership.user)
        else:
            _tell(membership.user, organization, "メンバーから外れました", "removed", by=by)


def hand_over(membership, successor, *, by, stays=False):
    """Make ``successor`` (a membership) an owner; the present owner stays as editor or leaves.

    Raises NotAMember when one of the two no longer belongs to the organization, or the first is no owner any more.
    """
    with changing_members(membership.organization, by=by, action="hand_over") as organization:
        membership, successor = _fresh(membership, organization), _fresh(successor, organization)
        if membership == successor or not membership.is_owner:
            raise NotAMember(f"{membership.pk} has nothing to hand over to {successor.pk}")
        successor.role = OrganizationRole.OWNER
        successor.save(update_fields=["role"])
        if stays:
            membership.role = OrganizationRole.EDITOR
            membership.save(update_fields=["role"])
        else:
            membership.delete()
        _tell(successor.user, organization, "管理者を引き継ぎました", "handed_over", by=by, stays=stays)
    return successor


def leave_all(user):
    """End every membership of somebody whose account closes; the secretariat hears which organizations lost
    their last owner."""
    organizations = Organization.objects.with_member(user).order_by("pk")
    with transaction.atomic(), recorded(by=user, action="remove_member"):
        for organization in organizations.select_for_update(of=["self"]):
            membership = organization.memberships.get(user=user)
            was_last = _is_last_owner(membership)
            membership.delete()
            if was_last:
                _tell_secretariat(organization)


def _fresh(membership, organization):
    found = organization.memberships.select_related("user").filter(pk=membership.pk).first()
    if found is None:
        raise NotAMember(f"{membership.pk} is no membership of {organization.pk}")
    return found


def _is_last_owner(membership) -> bool:
    owners = Membership.objects.owners().filter(organization=membership.organization_id, user__is_active=True)
    return membership.is_owner and not owners.exclude(pk=membership.pk).exists()


def _refuse_last_owner(membership) -> None:
    if _is_last_owner(membership):
        raise LastOwner(f"{membership.pk} is the last owner of {membership.organization_id}")


def _tell(person, organization, subject, template, **context):
    context |= {
        "person": person,
        "organization": organization,
        "page_url": settings.SITE_URL + organization.get_absolute_url(),
        "members_url": settings.SITE_URL + reverse("organizations:members", args=[organization.pk]),
    }
    queue_mail(
        to=person.email,
        subject=f"{subject}（{organization}）",
        template=f"mail/organizations/{template}.txt",
        context=context,
    )


def tell_owners(organization, subject, template, *, but=None, **context):
    """Mail every owner except ``but``; the template is one of templates/mail/organizations."""
    owners = Membership.objects.owners().filter(organization=organization, user__is_active=True)
    for owner in owners.exclude(user=but).select_related("user").order_by("pk"):
        _tell(owner.user, organization, subject, template, **context)


def _tell_secretariat(organization):
    queue_mail(
        to=settings.SECRETARIAT_EMAIL,
        subject=f"管理者がいなくなった団体があります（{organization}）",
        template="mail/organizations/without_owner.txt",
        context={
            "organization": organization,
            "members_left": organization.memberships.count(),
            "members_url": settings.SITE_URL + reverse("organizations:members", args=[organization.pk]),
        },
    )
