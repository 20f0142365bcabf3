"""An address of a public body proposes a role; the secretariat decides."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import AlreadyDecided, RegionMissing, decline_role, grant_role, propose_role
from accounts.models import ProposalStatus, RoleAssignment, RoleProposal
from accounts.public_bodies import role_of_address
from accounts.roles import Role
from tests.factories import UserFactory, member, secretariat

pytestmark = pytest.mark.django_db
UEDA = "202037"


@pytest.mark.parametrize(
    ("domain", "role"),
    [
        ("mhlw.go.jp", Role.MINISTRY),
        ("sub.mhlw.go.jp", Role.MINISTRY),
        ("MHLW.GO.JP", Role.MINISTRY),
        ("pref.nagano.lg.jp", Role.PREFECTURAL),
        ("fukushi.pref.nagano.lg.jp", Role.PREFECTURAL),
        ("metro.tokyo.lg.jp", Role.PREFECTURAL),
        ("city.ueda.nagano.lg.jp", Role.MUNICIPAL),
        ("town.karuizawa.lg.jp", Role.MUNICIPAL),
        ("example.jp", None),
        ("lg.jp", None),
        ("go.jp", None),
        ("mhlw.go.jp.example.com", None),
        ("fakelg.jp", None),
        ("city.fakego.jp", None),
        ("go.jp.", None),
    ],
)
def test_domain_speaks_for_a_role(domain, role):
    assert role_of_address(f"hanako@{domain}") == role


def test_address_before_the_at_sign_says_nothing():
    assert role_of_address('"x@mhlw.go.jp"@example.com') is None


def test_confirming_the_address_proposes_and_grants_nothing(rf):
    user = UserFactory(email="hanako@city.ueda.nagano.lg.jp", region_id=UEDA)
    address = EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    email_confirmed.send(EmailAddress, request=rf.get("/"), email_address=address)

    proposal = user.role_proposals.get()
    assert (proposal.role, proposal.region_id, proposal.status) == (Role.MUNICIPAL, UEDA, ProposalStatus.OPEN)
    assert not user.role_assignments.exists()
    assert user.get_all_permissions() == set()


def test_person_sees_that_it_is_being_checked(client):
    propose_role(user := member(), email="hanako@mhlw.go.jp")
    client.force_login(user)

    page = client.get(reverse("accounts:profile")).content.decode()

    assert "府省庁職員" in page
    assert "確認中" in page


def test_proposal_is_open_once_and_ends_with_the_address():
    user = UserFactory()

    first = propose_role(user, email="hanako@mhlw.go.jp")
    assert propose_role(user, email="hanako@mhlw.go.jp") == first
    assert propose_role(user, email="hanako@example.jp") is None

    assert not RoleProposal.objects.exists()


def test_role_that_the_person_has_is_not_proposed():
    user = UserFactory(role=Role.MINISTRY)

    assert propose_role(user, email="hanako@mhlw.go.jp") is None


def test_granting_gives_the_role_once_and_tells_the_person(mailoutbox, django_capture_on_commit_callbacks):
    proposal, by = propose_role(UserFactory(), email="hanako@city.ueda.nagano.lg.jp"), secretariat()

    with pytest.raises(RegionMissing):
        grant_role(proposal, by=by)
    proposal.user.role_proposals.update(region=UEDA)
    with django_capture_on_commit_callbacks(execute=True):
        granted = grant_role(proposal, by=by)

    assignment = RoleAssignment.objects.get(role=Role.MUNICIPAL)
    assert (assignment.granted_by, assignment.region_id) == (by, UEDA)
    assert (granted.status, granted.decided_by) == (ProposalStatus.GRANTED, by)
    assert "長野県上田市" in mailoutbox[0].body
    for again in (lambda: grant_role(proposal, by=by), lambda: decline_role(proposal, by=by, reason="x")):
        with pytest.raises(AlreadyDecided):
            again()


def test_declining_needs_a_reason_and_tells_it(mailoutbox, django_capture_on_commit_callbacks):
    proposal, by = propose_role(UserFactory(), email="hanako@mhlw.go.jp"), secretariat()

    with pytest.raises(ValueError, match="reason"):
        decline_role(proposal, by=by, reason="  ")
    with django_capture_on_commit_callbacks(execute=True):
        decline_role(proposal, by=by, reason="職場へ確認できませんでした。\nBcc: x@example.com")

    assert not RoleAssignment.objects.filter(user=proposal.user).exists()
    assert "職場へ確認できませんでした。" in mailoutbox[0].body
    assert not mailoutbox[0].message()["Bcc"]


def decide(client, proposal, button, **data):
    data = {"region": "", "reason": "", button: "x"} | data
    return client.post(reverse("admin:accounts_roleproposal_change", args=[proposal.pk]), data)


@pytest.fixture
def proposal(client):
    client.force_login(secretariat())
    return propose_role(UserFactory(region_id=UEDA), email="hanako@city.ueda.nagano.lg.jp")


def test_secretariat_grants_with_one_click(client, proposal):
    page = client.get(reverse("admin:accounts_roleproposal_change", args=[proposal.pk]))
    assert "役割を付与する" in page.content.decode()

    assert decide(client, proposal, "_grant", region=UEDA).status_code == 302

    assert proposal.user.role_assignments.get().role == Role.MUNICIPAL
    assert client.get(reverse("admin:accounts_roleproposal_changelist")).status_code == 200


@pytest.mark.parametrize(("button", "sentence"), [("_grant", "役割に合う地域"), ("_decline", "理由を書いて")])
def test_what_is_missing_is_asked_for(client, proposal, button, sentence):
    response = decide(client, proposal, button)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.OPEN


@pytest.mark.parametrize("region", ["20", "00", "999999", "x"])
def test_region_has_to_fit_the_role(client, proposal, region):
    assert decide(client, proposal, "_grant", region=region).status_code == 200

    assert not proposal.user.role_assignments.exists()


def test_secretariat_declines_and_the_person_reads_why(client, proposal):
    decide(client, proposal, "_decline", reason="在籍を確認できませんでした。")

    client.force_login(proposal.user)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "見送り" in page
    assert "在籍を確認できませんでした。" in page


def test_decided_proposal_stays_as_it_is(client, proposal):
    decide(client, proposal, "_decline", reason="在籍を確認できませんでした。")

    assert decide(client, proposal, "_grant", region=UEDA).status_code == 403
    assert client.get(reverse("admin:accounts_roleproposal_change", args=[proposal.pk])).status_code == 200


def test_others_do_not_see_proposals(client, proposal):
    client.force_login(proposal.user)

    assert decide(client, proposal, "_grant", region=UEDA).status_code in (302, 403)
    assert not proposal.user.role_assignments.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"status": ProposalStatus.GRANTED, "decided_at": None},
        {"status": ProposalStatus.OPEN, "decided_at": timezone.now()},
        {"status": ProposalStatus.DECLINED, "decided_at": timezone.now(), "reason": ""},
    ],
)
def test_database_keeps_decisions_whole(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleProposal.objects.create(user=UserFactory(), role=Role.MINISTRY, email="a@mhlw.go.jp", **broken)


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.PREFECTURAL, Role.MEMBER])
def test_database_refuses_local_staff_without_a_region_and_members(role):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=UserFactory(), role=role)
