"""Applying for a role, and who may vouch for whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import AlreadyDecided, NotNow, apply_for_role, decline_role, grant_role, propose_role
from accounts.models import ProposalStatus, RoleAssignment, RoleProposal
from accounts.roles import OrganizationRole, Role
from accounts.vouching import NotKnown, applications_for, decline, vouch
from tests.factories import OrganizationFactory, UserFactory, member_of, owner_of, secretariat

pytestmark = pytest.mark.django_db
UEDA, NAGANO, SAPPORO, CHUO_WARD = "202037", "202011", "011002", "011011"
SAID = "山田花子です。上田市社会福祉協議会で、生活支援コーディネーターをしています。"


def application(user=None, role=Role.COORDINATOR, region=UEDA, statement=SAID):
    user = user or UserFactory()
    return RoleProposal.objects.create(user=user, role=role, email=user.email, region_id=region, statement=statement)


def staff_of(region, role=Role.MUNICIPAL):
    user = UserFactory()
    RoleAssignment.objects.create(user=user, role=role, region_id=region)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def apply(client, role=Role.COORDINATOR, **data):
    data = {"region": "20", "municipality": UEDA, "statement": SAID} | data
    return client.post(reverse("accounts:apply", args=[role]), data)


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


# Applying


def test_person_applies_and_sees_that_it_is_being_checked(client, user):
    assert "申請する" in client.get(reverse("accounts:roles")).content.decode()

    assert apply(client)["Location"] == reverse("accounts:roles")

    made = user.role_proposals.get()
    assert (made.role, made.region_id, made.statement, made.email) == (Role.COORDINATOR, UEDA, SAID, user.email)
    for name in ("accounts:roles", "accounts:profile"):
        page = client.get(reverse(name)).content.decode()
        assert "確認中" in page
        assert "申請しました" in page
    assert not user.role_assignments.exists()


@pytest.mark.parametrize(
    ("role", "data", "region"),
    [
        (Role.COORDINATOR, {"region": "01", "municipality": CHUO_WARD}, CHUO_WARD),
        (Role.COORDINATOR, {"region": UEDA, "municipality": ""}, UEDA),  # what the script's field sends
        (Role.MUNICIPAL, {}, UEDA),
        (Role.PREFECTURAL, {"municipality": ""}, "20"),
        (Role.MINISTRY, {"region": "20"}, None),
    ],
)
def test_each_role_serves_a_place_of_its_kind(client, user, role, data, region):
    assert apply(client, role, **data).status_code == 302

    assert user.role_proposals.get().region_id == region


@pytest.mark.parametrize(
    ("role", "data", "sentence"),
    [
        (Role.COORDINATOR, {"municipality": ""}, "働いている市区町村を選んでください"),
        (Role.COORDINATOR, {"region": "00", "municipality": ""}, "働いている市区町村を選んでください"),
        (Role.COORDINATOR, {"region": "999999", "municipality": ""}, "働いている市区町村を選んでください"),
        (Role.MUNICIPAL, {"region": "01", "municipality": CHUO_WARD}, "働いている市区町村を選んでください"),
        (Role.PREFECTURAL, {"region": UEDA}, "働いている都道府県を選んでください"),
        (Role.COORDINATOR, {"statement": ""}, "1、2文で入力してください"),
        (Role.COORDINATOR, {"statement": "   "}, "入力してください"),
        (Role.COORDINATOR, {"statement": "あ" * 10_000}, "300文字以内で入力してください（いまは10,000文字です）"),
        (Role.COORDINATOR, {"statement": "a\x07b"}, "使えない文字"),
    ],
)
def test_what_is_missing_is_asked_for_and_typed_text_stays(client, user, role, data, sentence):
    response = apply(client, role, **data)

    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert 'id="error-summary"' in page
    assert "statement" in data or SAID in page
    assert not user.role_proposals.exists()


@pytest.mark.parametrize("text", ["😀", "<script>alert(1)</script>", "' OR 1=1 --"])
def test_odd_text_is_kept_and_shown_as_text(client, user, text):
    assert apply(client, statement=text).status_code == 302
    page = signed_in(staff_of(UEDA)).get(reverse("accounts:vouching_detail", args=[user.role_proposals.get().pk]))

    assert "<script>alert" not in page.content.decode()


def test_nul_is_refused(client, user):
    assert apply(client, statement="a\x00b").status_code == 400


def test_municipalities_are_chosen_without_javascript_in_a_second_step(client, user):
    page = client.get(reverse("accounts:apply", args=[Role.COORDINATOR])).content.decode()
    assert "市区町村を選ぶ" in page

    page = apply(client, municipality="", _region="").content.decode()

    assert "エラー" not in page
    assert "error-summary" not in page
    assert f'<option value="{UEDA}">' in page
    assert SAID in page
    assert not user.role_proposals.exists()


@pytest.mark.parametrize("role", ["secretariat", "member", "king"])
def test_nobody_applies_to_be_the_secretariat(client, user, role):
    assert apply(client, role).status_code == 404
    assert client.get(reverse("accounts:apply", args=[role])).status_code == 404


def test_one_application_is_open_per_role(client, user):
    apply(client)

    again = apply(client)

    assert again["Location"] == reverse("accounts:roles")
    assert "いま申請できません" in client.get(again["Location"]).content.decode()
    assert user.role_proposals.count() == 1
    apply(client, Role.MUNICIPAL)
    assert user.role_proposals.count() == 2


def test_who_has_the_role_cannot_apply(client, user):
    user.role_assignments.create(role=Role.COORDINATOR)

    assert apply(client).status_code == 302
    assert not user.role_proposals.exists()
    assert "役割があります" in client.get(reverse("accounts:roles")).content.decode()


def test_declined_may_apply_again_after_thirty_days_and_is_told_when(client, user):
    with time_machine.travel("2026-04-01 09:00+09:00", tick=False):
        decline_role(application(user), by=secretariat(), reason="勤務先を確かめられませんでした。")
    with time_machine.travel("2026-04-30 09:00+09:00", tick=False):
        client.force_login(user)
        page = client.get(reverse("accounts:roles")).content.decode()
        assert "勤務先を確かめられませんでした。" in page
        assert "令和8年5月1日" in page
        assert "もう一度申請できます" in page
        apply(client)
        assert user.role_proposals.count() == 1
    with time_machine.travel("2026-05-01 10:00+09:00", tick=False):
        client.force_login(user)
        assert apply(client).status_code == 302
        assert user.role_proposals.open().count() == 1


def test_application_outlives_a_change_of_the_address(user):
    made = application(user)
    propose_role(user, email="hanako@example.jp")

    assert RoleProposal.objects.filter(pk=made.pk).exists()


def test_two_applications_at_once_are_one(user):
    apply_for_role(user, Role.COORDINATOR, region=None, statement=SAID)
    with pytest.raises(NotNow):
        apply_for_role(user, Role.COORDINATOR, region=None, statement=SAID)


# Vouching


@pytest.mark.parametrize(
    ("staff", "role", "applied", "may"),
    [
        (UEDA, Role.MUNICIPAL, UEDA, True),
        (NAGANO, Role.MUNICIPAL, UEDA, False),
        (SAPPORO, Role.MUNICIPAL, CHUO_WARD, True),
        (CHUO_WARD, Role.MUNICIPAL, CHUO_WARD, True),
        (CHUO_WARD, Role.MUNICIPAL, SAPPORO, False),
        ("20", Role.PREFECTURAL, UEDA, False),
        (UEDA, Role.COORDINATOR, UEDA, False),
    ],
)
def test_municipal_staff_vouch_for_their_municipality(staff, role, applied, may):
    made = application(region=applied)

    assert list(applications_for(staff_of(staff, role))) == ([made] if may else [])


@pytest.mark.parametrize(
    ("published", "role", "may"),
    [
        (True, OrganizationRole.OWNER, True),
        (True, OrganizationRole.EDITOR, False),
        (False, OrganizationRole.OWNER, False),
    ],
)
def test_owners_of_a_published_organization_vouch_for_its_people(published, role, may):
    organization = OrganizationFactory(published=published)
    made = application(member_of(organization))

    assert list(applications_for(member_of(organization, role))) == ([made] if may else [])
    assert not applications_for(owner_of(OrganizationFactory(published=True))).exists()


def test_nobody_vouches_for_themselves():
    organization = OrganizationFactory(published=True)
    owner = owner_of(organization)
    RoleAssignment.objects.create(user=owner, role=Role.MUNICIPAL, region_id=UEDA)
    made = application(owner)

    assert not applications_for(owner).exists()
    with pytest.raises(NotKnown):
        vouch(made, by=owner)
    assert signed_in(owner).post(reverse("accounts:vouching_detail", args=[made.pk]), {"_vouch": ""}).status_code == 404
    assert not owner.role_assignments.filter(role=Role.COORDINATOR).exists()


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.PREFECTURAL, Role.MINISTRY])
def test_on_other_roles_only_the_secretariat_decides(role):
    application(role=role, region="20" if role == Role.PREFECTURAL else UEDA)

    assert not applications_for(staff_of(UEDA)).exists()


def test_closed_applicants_are_not_shown():
    application(UserFactory(is_active=False))

    assert not applications_for(staff_of(UEDA)).exists()


def test_vouching_gives_the_role_and_tells_the_person(mailoutbox, django_capture_on_commit_callbacks):
    made, by = application(), staff_of(UEDA)
    client = signed_in(by)
    listed = client.get(reverse("accounts:vouching")).content.decode()
    assert str(made.user) in listed
    page = client.get(reverse("accounts:vouching_detail", args=[made.pk])).content.decode()
    assert SAID in page
    assert made.user.email in page

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("accounts:vouching_detail", args=[made.pk]), {"_vouch": ""})

    assert response["Location"] == reverse("accounts:vouching")
    assignment = made.user.role_assignments.get()
    assert (assignment.role, assignment.region_id, assignment.granted_by) == (Role.COORDINATOR, UEDA, by)
    made.refresh_from_db()
    assert (made.status, made.decided_by, made.vouched_as) == (ProposalStatus.GRANTED, by, "市区町村の職員")
    assert mailoutbox[-1].to == [made.user.email]
    assert "市区町村の職員が確認し" in mailoutbox[-1].body
    assert not applications_for(by).exists()


def test_declining_needs_a_reason_which_the_person_reads(mailoutbox, django_capture_on_commit_callbacks):
    made, client = application(), signed_in(staff_of(UEDA))
    address = reverse("accounts:vouching_detail", args=[made.pk])

    page = client.post(address, {"_decline": "", "reason": " "}).content.decode()
    assert "理由を入力してください" in page
    assert 'id="error-summary"' in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"_decline": "", "reason": "市の職員ではありません。\nBcc: x@example.com"})

    made.refresh_from_db()
    assert made.status == ProposalStatus.DECLINED
    assert not made.user.role_assignments.exists()
    assert "市の職員ではありません。" in mailoutbox[-1].body
    assert not mailoutbox[-1].message()["Bcc"]


def test_looking_decides_nothing():
    made = application()
    client = signed_in(staff_of(UEDA))

    client.get(reverse("accounts:vouching_detail", args=[made.pk]), {"_vouch": ""})
    assert client.post(reverse("accounts:vouching_detail", args=[made.pk])).status_code == 200

    made.refresh_from_db()
    assert made.status == ProposalStatus.OPEN


def test_of_two_who_decide_the_first_counts():
    made, second = application(), staff_of(UEDA)
    page = signed_in(second)
    vouch(made, by=staff_of(UEDA))

    response = page.post(reverse("accounts:vouching_detail", args=[made.pk]), {"_decline": "", "reason": "違います。"})

    assert "ほかの方が先に決めました" in page.get(response["Location"]).content.decode()
    with pytest.raises(AlreadyDecided):
        decline(made, by=second, reason="違います。")
    with pytest.raises(AlreadyDecided):
        grant_role(made, by=secretariat())
    made.refresh_from_db()
    assert made.status == ProposalStatus.GRANTED


@pytest.mark.parametrize("who", ["nobody", "other staff", "applicant", "secretariat"])
def test_others_do_not_see_applications(client, who):
    made = application()
    if who != "nobody":
        people = {"other staff": lambda: staff_of(NAGANO), "applicant": lambda: made.user, "secretariat": secretariat}
        client.force_login(people[who]())
    address = reverse("accounts:vouching_detail", args=[made.pk])

    expected = 302 if who == "nobody" else 404
    assert client.get(address).status_code == expected
    assert client.post(address, {"_vouch": ""}).status_code == expected
    made.refresh_from_db()
    assert made.status == ProposalStatus.OPEN


@pytest.mark.parametrize("count", [1, 15])
def test_lists_take_no_more_queries_with_more_rows(client, count, django_assert_num_queries):
    client.force_login(staff_of(UEDA))
    for _ in range(count):
        application()

    with django_assert_num_queries(5):  # session, person, roles, second factor, applications
        client.get(reverse("accounts:vouching"))
    with django_assert_num_queries(7):  # session, person, roles, second factor; assignments, proposals, waiting
        client.get(reverse("accounts:roles"))


def test_secretariat_reads_the_statement_in_the_admin(client):
    made = application(role=Role.MUNICIPAL)
    client.force_login(secretariat())

    page = client.get(reverse("admin:accounts_roleproposal_change", args=[made.pk])).content.decode()

    assert SAID in page


def test_database_keeps_open_applications_unvouched():
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleProposal.objects.create(
            user=UserFactory(), role=Role.COORDINATOR, email="a@example.jp", vouched_as="市区町村の職員"
        )


def test_old_decline_counts_no_more(client, user):
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        decline_role(application(user), by=secretariat(), reason="確かめられませんでした。")

    assert "申請する" in client.get(reverse("accounts:roles")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_several_who_decide_at_the_same_moment_one_wins():
    made, staff = application(), [staff_of(UEDA) for _ in range(4)]

    def press(number):
        try:
            if number % 2:
                vouch(made, by=staff[number])
            else:
                decline(made, by=staff[number], reason="違います。")
        except AlreadyDecided:
            return 0
        else:
            return 1
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1

    made.refresh_from_db()
    assert made.user.role_assignments.exists() == (made.status == ProposalStatus.GRANTED)
