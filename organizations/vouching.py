"""Owners of an organization may vouch for its people who applied as coordinators."""

from django.db.models import Q

from accounts import vouching
from accounts.roles import OrganizationRole
from organizations.models import Membership, Organization


def _people_of_own_organizations(user):
    """Only of organizations that the secretariat has published: anybody can found one and let people in."""
    owned = Organization.objects.published().filter(memberships__user=user, memberships__role=OrganizationRole.OWNER)
    return Q(user__in=Membership.objects.filter(organization__in=owned.values("pk")).values("user"))


vouching.register("所属する団体の管理者", _people_of_own_organizations)
