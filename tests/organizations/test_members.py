"""Who belongs to an organization, and the rule that it never loses its last owner."""

import threading

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import close_account
from accounts.roles import OrganizationRole
from organizations.actions import LastOwner, NotAMember, change_role, hand_over, remove
from organizations.models import Invitation, Membership
from tests.factories import OrganizationFactory, UserFactory, member_of, owner_of, secretariat

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory(published=True, name="ささえあいの会")


@pytest.fixture
def owner(client, organization):
    user = owner_of(organization, display_name="山田花子")
    client.force_login(user)
    return user


@pytest.fixture
def editor(organization):
    return member_of(organization, display_name="佐藤一郎")


def membership(user):
    return Membership.objects.get(user=user)


def url(name, organization, *args):
    return reverse(f"organizations:{name}", args=[organization.pk, *args])


def role_of(user):
    return Membership.objects.filter(user=user).values_list("role", flat=True).first()


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_owner_sees_members_addresses_and_what_can_be_done(client, organization, owner, editor):
    content = text(client.get(url("members", organization)))

    assert content.index("山田花子") < content.index("佐藤一郎")
    for part in (editor.email, "招待のメールを送る", "役割を変える・外す", "管理者を引き継ぐ"):
        assert part in content


def test_editor_sees_the_list_only(client, organization, owner, editor):
    client.force_login(editor)

    content = text(client.get(url("members", organization)))

    assert "山田花子" in content
    for part in (owner.email, "招待のメールを送る", "役割を変える・外す", "管理者を引き継ぐ"):
        assert part not in content


def test_others_are_kept_out(client, organization, owner):
    client.force_login(UserFactory())
    assert client.get(url("members", organization)).status_code == 403
    assert client.get(url("members", OrganizationFactory())).status_code == 404

    client.logout()
    assert client.get(url("members", organization)).status_code == 302


def test_secretariat_gives_an_organization_without_members_its_first_owner(client, organization):
    client.force_login(secretariat())
    assert "まだメンバーがいません" in text(client.get(url("members", organization)))

    client.post(url("invite", organization), {"email": "new@example.jp", "role": "owner"})

    assert Invitation.objects.get().role == OrganizationRole.OWNER


WAYS = ["invite", "set_role", "remove_member", "revoke_invitation", "resend_invitation", "hand_over"]


def way(name, organization, target):
    return url(name, organization) if name in ("invite", "hand_over") else url(name, organization, target)


@pytest.mark.parametrize("name", WAYS)
def test_editors_may_change_nothing(client, organization, owner, editor, name):
    client.force_login(editor)

    response = client.post(way(name, organization, membership(owner).pk), {"role": "owner", "email": "x@example.jp"})

    assert response.status_code == 403
    assert role_of(editor) == OrganizationRole.EDITOR


@pytest.mark.parametrize("name", [*WAYS, "leave"])
def test_members_of_other_organizations_may_change_nothing(client, organization, owner, editor, name):
    client.force_login(owner_of(OrganizationFactory()))

    address = url("leave", organization) if name == "leave" else way(name, organization, membership(editor).pk)

    assert client.post(address, {"role": "owner"}).status_code == 403
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("name", ["set_role", "remove_member"])
def test_memberships_of_other_organizations_are_not_there(client, organization, owner, name):
    foreign = membership(member_of(OrganizationFactory()))

    assert client.post(url(name, organization, foreign.pk), {"role": "owner"}).status_code == 404
    assert client.post(url(name, organization, 10**18), {"role": "owner"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.role == OrganizationRole.EDITOR


def test_role_is_changed_and_the_person_is_told(
    client, organization, owner, editor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("set_role", organization, membership(editor).pk), {"role": "owner"})

    assert role_of(editor) == OrganizationRole.OWNER
    assert mail.outbox[0].to == [editor.email]
    assert "山田花子 さんが" in mail.outbox[0].body
    assert "「管理者」に変えました" in mail.outbox[0].body


@pytest.mark.parametrize("role", ["", "x", "secretariat", "あ" * 10_000])
def test_unknown_role_changes_nothing(client, organization, owner, editor, role):
    response = client.post(url("set_role", organization, membership(editor).pk), {"role": role}, follow=True)

    assert "役割を選び直してください" in text(response)
    assert role_of(editor) == OrganizationRole.EDITOR


def test_member_is_taken_out_and_told(client, organization, owner, editor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url("remove_member", organization, membership(editor).pk), follow=True)

    assert "佐藤一郎 さんをメンバーから外しました" in text(response)
    assert role_of(editor) is None
    assert mail.outbox[0].to == [editor.email]
    assert client.post(url("remove_member", organization, 0)).status_code == 404


def test_editor_leaves_and_the_owners_are_told(client, organization, owner, editor, django_capture_on_commit_callbacks):
    client.force_login(editor)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url("leave", organization))

    assert response.url == reverse("mypage")
    assert role_of(editor) is None
    assert [message.to for message in mail.outbox] == [[owner.email]]


def test_last_owner_can_neither_leave_nor_be_demoted_nor_removed(client, organization, owner, editor):
    own = membership(owner).pk
    for address, data in (
        (url("leave", organization), {}),
        (url("set_role", organization, own), {"role": "editor"}),
        (url("remove_member", organization, own), {}),
    ):
        assert "先に、ほかのメンバーに管理者を引き継いでください" in text(client.post(address, data, follow=True))
    assert role_of(owner) == OrganizationRole.OWNER
    assert "いまは抜けられません" in text(client.get(url("members", organization)))


def test_owner_whose_account_is_closed_does_not_count(organization, owner):
    other = owner_of(organization)
    other.is_active = False
    other.save()

    with pytest.raises(LastOwner):
        remove(membership(owner), by=owner)


def test_one_of_two_owners_leaves(client, organization, owner):
    owner_of(organization)

    client.post(url("leave", organization))

    assert role_of(owner) is None


@pytest.mark.parametrize(("then", "left"), [("stay", OrganizationRole.EDITOR), ("leave", None), ("x", "editor")])
def test_handing_over(client, organization, owner, editor, then, left, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("hand_over", organization), {"successor": membership(editor).pk, "then": then})

    assert role_of(editor) == OrganizationRole.OWNER
    assert role_of(owner) == left
    assert mail.outbox[0].to == [editor.email]
    assert "管理者を引き継ぎました" in mail.outbox[0].body


@pytest.mark.parametrize("successor", ["", "x", "-1", "9" * 50, "²", "own", "foreign"])
def test_handing_over_to_nobody_changes_nothing(client, organization, owner, editor, successor):
    foreign = membership(member_of(OrganizationFactory()))
    successor = {"own": membership(owner).pk, "foreign": foreign.pk}.get(successor, successor)

    response = client.post(url("hand_over", organization), {"successor": successor, "then": "leave"}, follow=True)

    assert "メンバーの中から選んでください" in text(response)
    assert role_of(owner) == OrganizationRole.OWNER


def test_handing_over_what_is_no_longer_ones_own(organization, owner, editor):
    own, successor = membership(owner), membership(editor)
    owner_of(organization)
    change_role(own, OrganizationRole.EDITOR, by=owner)

    with pytest.raises(NotAMember):
        hand_over(own, successor, by=owner)
    assert role_of(editor) == OrganizationRole.EDITOR


def test_membership_that_is_gone_is_told(organization, owner, editor):
    gone = membership(editor)
    remove(membership(editor), by=owner)

    with pytest.raises(NotAMember):
        remove(gone, by=owner)
    with pytest.raises(NotAMember):
        change_role(gone, OrganizationRole.OWNER, by=owner)


def test_closed_account_leaves_and_the_secretariat_hears_of_the_organization_without_owner(
    organization, owner, editor, settings, django_capture_on_commit_callbacks
):
    settings.SECRETARIAT_EMAIL = "office@example.jp"

    with django_capture_on_commit_callbacks(execute=True):
        close_account(owner)

    organization.refresh_from_db()
    assert organization.is_published
    assert list(organization.memberships.values_list("user", flat=True)) == [editor.pk]
    told = next(message for message in mail.outbox if message.to == ["office@example.jp"])
    assert "ささえあいの会" in told.subject
    assert "残っているメンバーは 1 人" in told.body


def test_closed_account_of_one_owner_among_others_tells_nobody_else(
    organization, owner, django_capture_on_commit_callbacks
):
    owner_of(organization)

    with django_capture_on_commit_callbacks(execute=True):
        close_account(owner)

    assert [message.subject for message in mail.outbox if "管理者がいなくなった" in message.subject] == []


def test_record_says_who_changed_a_membership(client, organization, owner, editor):
    client.post(url("remove_member", organization, membership(editor).pk))

    event = Membership.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.pgh_label, event.user_id) == ("delete", editor.pk)
    assert event.pgh_context.metadata["user"] == owner.pk


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_does_not_grow_with_members_and_invitations(client, organization, owner, count):
    for number in range(count):
        member_of(organization)
        organization.invitations.create(
            email=f"guest{number}@example.jp", expires_at=organization.published_at, invited_by=owner
        )
    client.get(url("members", organization))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url("members", organization))

    assert len(queries) <= 10


@pytest.mark.django_db(transaction=True)
def test_two_owners_demoting_each_other_at_once_leave_one(transactional_db):
    organization = OrganizationFactory()
    first, second = owner_of(organization), owner_of(organization)
    barrier = threading.Barrier(2)
    refused = []

    def demote(target, by):
        barrier.wait()
        try:
            change_role(Membership.objects.select_related("organization").get(user=target), "editor", by=by)
        except LastOwner:
            refused.append(by)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=demote, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert organization.memberships.owners().count() == 1
