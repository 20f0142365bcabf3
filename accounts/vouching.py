"""Who may vouch for somebody who applied as a coordinator: those who know the person's work.

Municipal staff vouch for their municipality. Other apps register their own grounds, such as being an owner
of an organization to which the person belongs; accounts knows none of them. The secretariat may always decide.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from accounts.actions import decline_role, grant_role
from accounts.models import RoleAssignment, RoleProposal, User
from accounts.roles import Role
from taxonomy.models import RegionKind


class NotKnown(Exception):
    """The person has no ground to vouch for this application."""


class Ground(NamedTuple):
    """As what somebody vouches, and which applications that reaches (a condition on `RoleProposal`)."""

    name: str
    reach: Callable[[User], Q]


_grounds: list[Ground] = []


def register(name: str, reach: Callable[[User], Q]) -> None:
    """Let people vouch for the applications that ``reach(user)`` tells; ``name`` is told to the applicant."""
    _grounds.append(Ground(name, reach))


def known_to(user):
    """The applications, decided ones too, that the person may know of. Nobody vouches for themselves."""
    reach = Q(pk__in=[])
    for ground in _grounds:
        reach |= ground.reach(user)
    applications = RoleProposal.objects.filter(reach, role=Role.COORDINATOR, user__is_active=True)
    return applications.exclude(user=user)


def applications_for(user):
    """The open applications that wait for the person, the oldest first."""
    return known_to(user).open().for_list()


@transaction.atomic
def vouch(application, *, by):
    """Give the role on the word of somebody who knows the applicant; raises NotKnown, AlreadyDecided."""
    return grant_role(application, by=by, vouched_as=_ground_of(by, application))


@transaction.atomic
def decline(application, *, by, reason):
    """Do not vouch and tell the applicant why; raises NotKnown, AlreadyDecided."""
    return decline_role(application, by=by, reason=reason, vouched_as=_ground_of(by, application))


def _ground_of(user, application):
    if known_to(user).filter(pk=application.pk).exists():
        for ground in _grounds:
            if RoleProposal.objects.filter(ground.reach(user), pk=application.pk).exists():
                return ground.name
    raise NotKnown(f"{user.pk} does not know {application.pk}")


def _of_the_municipality(user):
    """Exactly the region that the role serves; staff of a city also its wards."""
    served = RoleAssignment.objects.filter(user=user, role=Role.MUNICIPAL).values("region")
    return Q(region__in=served) | Q(region__kind=RegionKind.WARD, region__parent__in=served)


register("市区町村の職員", _of_the_municipality)
