"""What came of a topic, and the draft of a case that is made of it."""

import uuid
from datetime import datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.roles import OrganizationRole, Role
from cases.models import CaseStudy
from forum import actions, followup
from forum.links import Stop, stop_address
from forum.models import FollowUp, Notice, Post, Purpose, ShownAs, Topic
from forum.permissions import Visibility
from publishing.models import Status
from taxonomy.models import Region, Theme
from tests.factories import BoardFactory, OrganizationFactory, TopicFactory, UserFactory, member_of, writer

pytestmark = pytest.mark.django_db
ASKED, SOLVED = "2026-11-01T10:00:00", "2026-11-05T10:00:00"


def moment(text):
    return datetime.fromisoformat(f"{text}+09:00")


@pytest.fixture
def at(time_machine):
    return lambda text: time_machine.move_to(moment(text), tick=False)


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Run the daily job; returns the mails."""

    def run():
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            followup.ask()
        return mail.outbox[before:]

    return run


@pytest.fixture
def asker():
    return writer()


@pytest.fixture
def topic(asker):
    made = TopicFactory(author=asker, published_at=moment(ASKED), answered_at=moment(SOLVED), solved_at=moment(SOLVED))
    made.themes.set(Theme.objects.filter(name="買い物"))
    made.regions.set(Region.objects.filter(code="20"))
    return made


def answered_by(topic, person, body="まず町内会に声をかけました。"):
    """The best answer."""
    post = actions.write_reply(topic, body=body, by=person, shown_as=ShownAs.NAME, key=uuid.uuid4())
    actions.choose_best(topic, post, by=topic.author)
    return post


# Asking


def test_a_month_after_it_was_solved_the_author_is_asked_once(ask, at, topic, asker):
    at("2026-12-05T09:45:00")
    assert ask() == []
    at("2026-12-05T10:45:00")

    (message,) = ask()

    assert message.to == [asker.email]
    assert f"/forum/{topic.pk}/outcome/" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Notice.objects.get(person=asker).get_absolute_url() == f"/forum/{topic.pk}/outcome/"
    at("2027-01-10T09:45:00")
    assert ask() == []


def test_without_a_solution_the_first_answer_counts(ask, at, topic):
    Topic.objects.update(solved_at=None)
    at("2026-12-06T09:45:00")

    assert len(ask()) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"purpose": Purpose.NEWS},
        {"is_locked": True},
        {"is_sample": True},
        {"solved_at": None, "answered_at": None},
        {"author": None},
        {"solved_at": moment("2026-08-01T10:00:00")},
    ],
)
def test_who_is_not_asked(ask, at, topic, fields):
    Topic.objects.update(**fields)
    at("2026-12-06T09:45:00")

    assert ask() == []
    assert not FollowUp.objects.exists()


def test_who_wants_no_mail_reads_it_in_the_site(ask, at, topic, asker, client):
    client.post(stop_address(Stop.FOLLOW_UPS, asker.pk))
    at("2026-12-06T09:45:00")

    assert ask() == []
    client.force_login(asker)
    assert "その後、いかがですか" in client.get("/forum/notices/").content.decode()


def test_somebody_who_may_no_longer_write_is_not_asked(ask, at, topic, asker):
    asker.role_assignments.all().delete()
    at("2026-12-06T09:45:00")

    assert ask() == []


# Telling


def tell(client, topic, body="9人が集まりました。", **more):
    typed = {"body": body, "shown_as": "name", "key": str(uuid.uuid4()), **more}
    return client.post(f"/forum/{topic.pk}/outcome/", typed)


def test_the_answer_stands_in_the_topic_and_is_marked(client, topic, asker):
    client.force_login(asker)
    assert client.get(f"/forum/{topic.pk}/outcome/").status_code == 200

    response = tell(client, topic)

    post = topic.posts.get(number=2)
    assert post.is_outcome
    assert post.body == "9人が集まりました。"
    assert response["Location"] == post.get_absolute_url()
    assert FollowUp.objects.get().post == post
    html = client.get(post.get_absolute_url()).content.decode()
    assert '<span class="badge badge--success">その後</span>' in html
    assert tell(client, topic, "もう一度")["Location"] == post.get_absolute_url()
    assert Post.objects.filter(topic=topic).count() == 2


def test_nothing_is_no_answer_and_the_form_comes_back(client, topic, asker):
    client.force_login(asker)

    response = tell(client, topic, "")

    assert response.status_code == 200
    assert "入力内容を確認してください" in response.content.decode()
    assert not FollowUp.objects.exists()


def test_what_was_begun_waits_on_mypage(client, topic, asker):
    client.force_login(asker)
    tell(client, topic, "書きかけです。", _keep="")

    html = client.get("/mypage/").content.decode()

    assert f'href="/forum/{topic.pk}/outcome/"' in html
    assert "書きかけです。" in client.get(f"/forum/{topic.pk}/outcome/").content.decode()


def test_only_the_author_tells(client, topic):
    client.force_login(writer())
    assert tell(client, topic).status_code == 403
    client.force_login(UserFactory())
    closed = TopicFactory(board=BoardFactory(visibility=Visibility.COORDINATORS))
    assert tell(client, closed).status_code == 404
    client.logout()
    assert tell(client, topic).status_code == 302


def test_what_is_locked_says_so(client, topic, asker):
    client.force_login(asker)
    Topic.objects.update(is_locked=True)

    assert tell(client, topic).status_code == 403
    assert not Post.objects.filter(is_outcome=True).exists()


# A case


def draft(client, topic, **typed):
    return client.post(f"/forum/{topic.pk}/case/", {"key": str(uuid.uuid4()), **typed})


def test_a_draft_takes_the_own_words_and_names_the_others_as_sources(client, topic, asker, settings):
    organization = OrganizationFactory(published=True)
    organization.memberships.create(user=asker, role=OrganizationRole.EDITOR)
    best = answered_by(topic, writer(), "ほかの人の言葉です。")
    client.force_login(asker)

    response = draft(client, topic, organization=organization.pk)

    case = CaseStudy.objects.get()
    assert response["Location"] == f"/cases/{case.pk}/edit/"
    assert (case.status, case.title, case.organization) == (Status.DRAFT, topic.title, organization)
    assert case.reason == "移動支援の担い手が集まりません。"
    assert case.tips == ""
    assert "ほかの人の言葉" not in case.sources
    assert settings.SITE_URL + topic.get_absolute_url() in case.sources
    assert settings.SITE_URL + best.get_absolute_url() in case.sources
    assert [region.code for region in case.regions.all()] == ["20"]
    assert [theme.name for theme in case.themes.all()] == ["買い物"]
    assert list(topic.cases.all()) == [case]
    assert client.get(response["Location"]).status_code == 200


def test_who_answered_takes_the_own_answer_only(client, topic):
    organization = OrganizationFactory(published=True)
    person = member_of(organization)
    writer_posts = writer(posts=3).forum_posts
    writer_posts.update(author=person)
    answered_by(topic, person, "うちの言葉です。")
    client.force_login(person)

    draft(client, topic, organization=organization.pk)

    case = CaseStudy.objects.get()
    assert case.reason == ""
    assert case.tips == "うちの言葉です。"


def test_two_clicks_make_one_draft(client, topic, asker):
    organization = OrganizationFactory(published=True)
    organization.memberships.create(user=asker, role=OrganizationRole.EDITOR)
    client.force_login(asker)
    key = str(uuid.uuid4())

    first, second = (draft(client, topic, organization=organization.pk, key=key) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert CaseStudy.objects.count() == 1


@pytest.mark.parametrize("chosen", ["", "999999", "x", "９" * 40, "another"])
def test_only_for_one_s_own_organization(client, topic, asker, chosen):
    OrganizationFactory(published=True).memberships.create(user=asker, role=OrganizationRole.EDITOR)
    another = OrganizationFactory(published=True)
    client.force_login(asker)

    response = draft(client, topic, organization=another.pk if chosen == "another" else chosen)

    assert response.status_code == 200
    assert "入力内容を確認してください" in response.content.decode()
    assert not CaseStudy.objects.exists()


def test_without_an_organization_the_author_learns_how(client, topic, asker):
    client.force_login(asker)

    html = client.get(f"/forum/{topic.pk}/case/").content.decode()

    assert "団体を登録する" in html
    assert "下書きを作る</button>" not in html
    assert draft(client, topic, organization="1").status_code == 200
    assert not CaseStudy.objects.exists()


def test_who_may_not(client, topic):
    client.force_login(UserFactory(role=Role.COORDINATOR))
    assert draft(client, topic).status_code == 403
    client.logout()
    assert draft(client, topic).status_code == 302
    person = member_of(OrganizationFactory(published=True))
    client.force_login(person)
    Topic.objects.update(solved_at=None)
    assert (
        draft(client, topic, organization=person.memberships.get().organization_id)["Location"] == f"/forum/{topic.pk}/"
    )
    assert not CaseStudy.objects.exists()


def test_a_closed_board_is_no_public_source(client, asker):
    organization = OrganizationFactory(published=True)
    organization.memberships.create(user=asker, role=OrganizationRole.EDITOR)
    board = BoardFactory(visibility=Visibility.COORDINATORS)
    topic = TopicFactory(board=board, author=asker, solved_at=timezone.now())
    client.force_login(asker)

    draft(client, topic, organization=organization.pk)

    assert CaseStudy.objects.get().sources == ""


def test_the_page_of_a_solved_topic_offers_it_to_those_who_may(client, topic, asker):
    offer = f'href="/forum/{topic.pk}/case/"'
    assert offer not in client.get(topic.get_absolute_url()).content.decode()
    client.force_login(UserFactory(role=Role.COORDINATOR))
    assert offer not in client.get(topic.get_absolute_url()).content.decode()
    for person in (asker, member_of(OrganizationFactory(published=True))):
        client.force_login(person)
        assert offer in client.get(topic.get_absolute_url()).content.decode()
    Topic.objects.update(solved_at=None)
    assert offer not in client.get(topic.get_absolute_url()).content.decode()
