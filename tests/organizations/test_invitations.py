"""Invitations by mail, and every link that must not let anybody in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.signing import TimestampSigner
from django.urls import reverse
from django.utils import timezone

from accounts.roles import OrganizationRole
from organizations.invitations import MOST_OPEN, MOST_PER_DAY, SIGNER, invite, link_of, masked, revoke
from organizations.models import Invitation, Membership
from tests.factories import PASSWORD, OrganizationFactory, UserFactory, member, member_of, owner_of

pytestmark = pytest.mark.django_db

ADDRESS = "hanako@example.jp"


@pytest.fixture
def organization():
    return OrganizationFactory(name="ささえあいの会")


@pytest.fixture
def owner(organization):
    return owner_of(organization, display_name="山田花子")


@pytest.fixture
def hanako():
    return member(email=ADDRESS, display_name="田中はなこ")


@pytest.fixture
def invitation(organization, owner):
    return invite(organization, email=ADDRESS, role=OrganizationRole.EDITOR, by=owner)


@pytest.fixture
def link(invitation, settings):
    return link_of(invitation).removeprefix(settings.SITE_URL)


def send(client, organization, **data):
    return client.post(reverse("organizations:invite", args=[organization.pk]), {"role": "editor", **data}, follow=True)


def joined(user):
    return Membership.objects.filter(user=user).exists()


def test_invited_person_joins_by_the_link_of_the_mail(
    client, organization, owner, hanako, settings, django_capture_on_commit_callbacks
):
    client.force_login(owner)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, organization, email=ADDRESS.upper())
    assert "招待のメールを送りました" in response.content.decode()
    sent = mail.outbox[0]
    assert sent.to == [ADDRESS]
    assert "山田花子 さんが、あなたを「ささえあいの会」のメンバー（編集者）に招待しました" in sent.body
    link = re.search(rf"{settings.SITE_URL}(\S+)", sent.body).group(1)

    client.force_login(hanako)
    response = client.get(link)
    assert "参加する" in response.content.decode()
    assert not joined(hanako)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(link, follow=True)
    assert "「ささえあいの会」に参加しました" in response.content.decode()
    assert Membership.objects.get(user=hanako).invited_by == owner
    assert mail.outbox[-1].to == [owner.email]
    assert "田中はなこ さんが招待を受けて" in mail.outbox[-1].body


def test_scanner_that_opens_the_link_changes_nothing(client, link, hanako):
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200

    assert Invitation.objects.get().accepted_at is None


def test_signed_out_person_is_led_to_sign_in_and_back(client, link):
    response = client.get(link)

    content = response.content.decode()
    assert response.status_code == 200
    assert "h***@example.jp" in content
    assert ADDRESS not in content
    found = re.search(r'href="(/accounts/login/\?next=[^"]+)"', content).group(1)
    assert re.search(r'href="/accounts/signup/\?next=[^"]+"', content)
    member(email=ADDRESS)
    response = client.post(found.replace("&amp;", "&"), {"login": ADDRESS, "password": PASSWORD})
    assert response.url == link


def test_signed_out_post_lets_nobody_in(client, link):
    assert client.post(link).status_code == 200
    assert Invitation.objects.get().accepted_at is None


def test_link_does_not_work_for_another_address(client, link):
    other = member(email="taro@example.jp")
    client.force_login(other)

    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 403
        content = answer.content.decode()
        assert "h***@example.jp" in content
        assert ADDRESS not in content
    assert not joined(other)


def test_unconfirmed_address_does_not_count(client, link):
    person = UserFactory(email=ADDRESS)
    person.emailaddress_set.create(email=ADDRESS, verified=False, primary=True)
    client.force_login(person)

    assert client.post(link).status_code == 403
    assert not joined(person)


def test_link_counts_once(client, link, hanako, organization):
    client.force_login(hanako)
    client.post(link)

    assert client.post(link).url == organization.get_absolute_url()
    Membership.objects.filter(user=hanako).delete()
    client.post(link)
    assert not joined(hanako)
    client.logout()
    response = client.get(link)
    assert response.status_code == 410
    assert "使用済み" in response.content.decode()


def test_link_runs_out(client, link, hanako):
    client.force_login(hanako)

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        client.force_login(hanako)
        for answer in (client.get(link), client.post(link)):
            assert answer.status_code == 410
            assert "期限が切れています" in answer.content.decode()
    assert not joined(hanako)


def test_link_of_an_invitation_that_ran_out_before_its_signature(client, link, hanako):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client.force_login(hanako)

    assert client.post(link).status_code == 410
    assert not joined(hanako)


def test_revoked_link_is_told(client, link, hanako, invitation, owner):
    revoke(invitation, by=owner)
    client.force_login(hanako)

    answer = client.post(link)

    assert answer.status_code == 410
    assert "取り消されています" in answer.content.decode()
    assert not joined(hanako)


def test_tampered_and_foreign_links_are_not_there(client, link, hanako, invitation):
    client.force_login(hanako)
    token = link.rstrip("/").rsplit("/", 1)[1]
    pk, stamp, signature = token.split(":")
    others = [
        "x",
        "1:2:3",
        token[:-1],
        token + "x",
        f"{int(pk) + 1}:{stamp}:{signature}",
        f"{pk}:zzzzzz:{signature}",
        TimestampSigner(salt="another").sign(pk),
        SIGNER.sign("999999"),
        "あ" * 100,
        "%00",
        "x" * 3_000,
    ]

    for other in others:
        address = f"/organizations/invitations/{other}/"
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (400, 404), other
    assert not joined(hanako)


def test_invitation_is_answered_from_mypage_without_the_mail(client, invitation, hanako):
    address = reverse("organizations:accept_own_invitation", args=[invitation.pk])
    client.force_login(member(email="taro@example.jp"))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404

    client.force_login(hanako)
    assert "参加する" in client.get(address).content.decode()
    client.post(address)
    assert joined(hanako)


def test_member_who_accepts_again_stays_what_the_person_is(client, organization, link, hanako):
    Membership.objects.create(organization=organization, user=hanako, role=OrganizationRole.OWNER)
    client.force_login(hanako)

    response = client.post(link, follow=True)

    assert "すでに「ささえあいの会」のメンバーです" in response.content.decode()
    assert Membership.objects.get(user=hanako).role == OrganizationRole.OWNER


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "メールアドレスを入力してください"),
        ("x", "メールアドレスの形で"),
        ("a@example.jp\nBcc: b@example.jp", "メールアドレスの形で"),
        ("あ@example.jp" * 1_000, "メールアドレスの形で"),
        ("a" * 300 + "@example.jp", "254文字以内"),
    ],
)
def test_addresses_that_are_none_are_told_at_the_field(client, organization, owner, email, sentence):
    client.force_login(owner)

    response = send(client, organization, email=email)

    assert sentence in " ".join(response.context["form"].errors["email"])
    assert not Invitation.objects.exists()


def test_inviting_a_member_is_told(client, organization, owner):
    client.force_login(owner)
    colleague = member(email="taro@example.jp")
    Membership.objects.create(organization=organization, user=colleague)

    assert "すでにメンバーです" in send(client, organization, email="Taro@example.jp").content.decode()


def test_inviting_twice_is_told(client, organization, owner, invitation):
    client.force_login(owner)

    assert "招待済みです" in send(client, organization, email=ADDRESS).content.decode()
    assert Invitation.objects.count() == 1


def test_answer_is_the_same_whether_the_address_has_an_account(client, organization, owner):
    client.force_login(owner)
    member(email="taro@example.jp")

    answers = {
        send(client, organization, email=email).content.decode().count("招待のメールを送りました")
        for email in ("taro@example.jp", "nobody@example.jp")
    }

    assert answers == {1}


def test_invitation_that_ran_out_makes_room_for_a_new_one(client, organization, owner, invitation):
    Invitation.objects.update(expires_at=timezone.now())
    client.force_login(owner)

    send(client, organization, email=ADDRESS)

    assert Invitation.objects.open(timezone.now()).count() == 1


def test_open_invitations_are_limited(client, organization, owner):
    expires_at = timezone.now() + timedelta(days=1)
    for number in range(MOST_OPEN):
        organization.invitations.create(email=f"guest{number}@example.jp", expires_at=expires_at)
    client.force_login(owner)

    response = send(client, organization, email=ADDRESS)

    assert f"一度に{MOST_OPEN}件まで" in response.content.decode()
    assert not Invitation.objects.filter(email=ADDRESS).exists()


def test_invitations_of_one_day_are_limited_even_when_taken_back(client, organization, owner):
    now = timezone.now()
    for number in range(MOST_PER_DAY):
        organization.invitations.create(email=f"guest{number}@example.jp", expires_at=now, revoked_at=now)
    client.force_login(owner)

    send(client, organization, email=ADDRESS)

    assert not Invitation.objects.filter(email=ADDRESS).exists()


def test_sending_again_gives_a_new_time_but_not_at_once(
    client, organization, owner, invitation, django_capture_on_commit_callbacks
):
    client.force_login(owner)
    address = reverse("organizations:resend_invitation", args=[organization.pk, invitation.pk])

    assert "さきほど送ったばかり" in client.post(address, follow=True).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=13)), django_capture_on_commit_callbacks(execute=True):
        client.force_login(owner)
        client.post(address)
    assert len(mail.outbox) == 1
    assert Invitation.objects.get().expires_at > timezone.now() + timedelta(days=26)


@pytest.mark.parametrize("name", ["resend_invitation", "revoke_invitation"])
def test_answered_invitations_stay_as_they_are(client, organization, owner, invitation, hanako, name):
    Invitation.objects.update(accepted_at=timezone.now(), accepted_by=hanako)
    client.force_login(owner)

    response = client.post(reverse(f"organizations:{name}", args=[organization.pk, invitation.pk]), follow=True)

    assert "すでに返事があったか" in response.content.decode()


@pytest.mark.parametrize("name", ["resend_invitation", "revoke_invitation"])
def test_invitations_of_other_organizations_are_not_there(client, invitation, name):
    other = OrganizationFactory()
    client.force_login(owner_of(other))

    assert client.post(reverse(f"organizations:{name}", args=[other.pk, invitation.pk])).status_code == 404
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_inviting_is_taken_back_on_the_page(client, organization, owner, invitation):
    client.force_login(owner)

    client.post(reverse("organizations:revoke_invitation", args=[organization.pk, invitation.pk]))

    invitation.refresh_from_db()
    assert invitation.revoked_at
    content = client.get(reverse("organizations:members", args=[organization.pk])).content.decode()
    assert "返事を待っている招待" not in content


def test_script_in_a_name_stays_text_and_no_header_is_made(
    client, organization, settings, django_capture_on_commit_callbacks
):
    owner = member_of(organization, OrganizationRole.OWNER, display_name="<b>x</b>")
    type(organization).objects.update(name="会\r\nBcc: evil@example.jp")
    organization.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(organization, email=ADDRESS, role="editor", by=owner)

    assert "\n" not in mail.outbox[0].subject
    content = client.get(link_of(invitation).removeprefix(settings.SITE_URL)).content.decode()
    assert "<b>x</b>" not in content


@pytest.mark.parametrize(
    ("email", "shown"), [("taro@example.jp", "t***@example.jp"), ("a@b.jp", "a***@b.jp"), ("", "***@")]
)
def test_address_is_masked(email, shown):
    assert masked(email) == shown


def test_new_person_signs_up_from_the_link_and_finds_the_invitation(
    client, link, settings, django_capture_on_commit_callbacks
):
    content = client.get(link).content.decode()
    sign_up = re.search(r'href="(/accounts/signup/\?next=[^"]+)"', content).group(1).replace("&amp;", "&")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(sign_up, {"email": ADDRESS, "password1": PASSWORD, "password2": PASSWORD, "terms": "on"})
    confirmation = re.search(rf"{settings.SITE_URL}(/accounts/confirm-email/\S+)", mail.outbox[-1].body).group(1)
    client.post(confirmation)

    assert "「ささえあいの会」から招待が届いています" in client.get(reverse("mypage")).content.decode()
    client.post(link)
    assert Membership.objects.filter(user__email=ADDRESS).exists()
