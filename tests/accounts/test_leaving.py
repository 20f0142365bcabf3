"""What goes with an account and what stays, looked for in every table of the database."""

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.db import connection
from django.http import QueryDict

from accounts.actions import apply_for_role, close_account, propose_role
from accounts.models import NAME_OF_CLOSED
from accounts.roles import OrganizationRole, Role
from cases.models import CaseStudy
from organizations.models import Invitation, Membership
from publishing import working_copies
from publishing.actions import change_status, recorded
from publishing.history import History
from publishing.models import StatusChange, WorkingCopy
from tests.factories import CaseStudyFactory, OrganizationFactory, member, owner_of, secretariat

pytestmark = pytest.mark.django_db
NAME, EMAIL = "支倉花子", "hasekura@example.jp"
# The mail that says goodbye has to be sent; it is forgotten 30 days later. Jobs hold its number only.
TABLES_OF_MAILS = {"mailing_outgoingmail"}


@pytest.fixture
def person():
    """Somebody who has left traces everywhere."""
    person = member(email=EMAIL, display_name=NAME, affiliation="支倉の会", region_id="13")
    organization = OrganizationFactory(published=True)
    owner = owner_of(organization)
    with recorded(by=owner, action="invite"):
        Membership.objects.create(
            organization=organization, user=person, role=OrganizationRole.EDITOR, invited_by=owner
        )
    expires = "2030-01-01T00:00:00+09:00"
    Invitation.objects.create(organization=organization, email=EMAIL.upper(), invited_by=owner, expires_at=expires)
    case = CaseStudyFactory(organization=organization, created_by=person)
    change_status(case, "submit", by=person)
    working_copies.keep(person, "case:new:full", QueryDict("title=書きかけの題"))
    apply_for_role(person, Role.COORDINATOR, region=None, statement=f"{NAME}です。")
    propose_role(person, email="hasekura@mhlw.go.jp")
    account = SocialAccount.objects.create(user=person, provider="https://gbiz.example", uid="hasekura")
    SocialToken.objects.create(account=account, token="hasekura")
    return person


def rows_with(*texts):
    """The tables that hold one of the texts in any column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for text in texts:
                statement = f'SELECT 1 FROM "{table}" AS t WHERE t::text ILIKE %s LIMIT 1'  # noqa: S608
                cursor.execute(statement, [f"%{text}%"])
                if cursor.fetchone():
                    found.add(table)
    return found - TABLES_OF_MAILS


def test_nothing_personal_stays_in_any_table(person):
    texts = (NAME, "hasekura", "支倉", "書きかけの題")
    assert {"accounts_user", "publishing_workingcopy", "organizations_invitation"} <= rows_with(*texts)

    close_account(person)

    assert rows_with(*texts) == set()


def test_memberships_and_what_was_not_saved_go_and_posts_stay(person):
    close_account(person)

    assert not Membership.objects.filter(user=person).exists()
    assert not WorkingCopy.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    case = CaseStudy.objects.get()
    assert str(case.created_by) == NAME_OF_CLOSED
    assert str(StatusChange.objects.get(action="submit").by) == NAME_OF_CLOSED


def test_history_tells_what_happened_and_names_nobody_who_left(person):
    organization = Membership.objects.get(user=person).organization
    case = CaseStudy.objects.get()
    close_account(person)

    for item in (organization, case):
        for reader in (secretariat(), Membership.objects.owners().get().user):
            told = "\n".join(entry.sentence for entry in History(item, reader)[0:50])
            assert told
            assert NAME not in told
            assert "hasekura" not in told
    assert NAME_OF_CLOSED in told


def test_who_closes_alone_loses_nothing_of_others(person):
    other = owner_of(OrganizationFactory(published=True), display_name="残る人")
    working_copies.keep(other, "case:new:full", QueryDict("title=残る題"))

    close_account(person)

    assert Membership.objects.filter(user=other).exists()
    assert WorkingCopy.objects.get().user == other
