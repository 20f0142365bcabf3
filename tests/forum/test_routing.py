"""No question stays alone: who is told, who is asked, how often, and how to say no."""

import re
import threading
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from forum import routing
from forum.links import help_address
from forum.matching import cases_like
from forum.models import HelpRequest, Notice, Purpose, State, Subscriber
from forum.permissions import Visibility
from forum.subscriptions import subscriber_of
from mailing.models import OutgoingMail
from taxonomy.models import Region, Theme
from tests.factories import BoardFactory, CaseStudyFactory, OrganizationFactory, TopicFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db
WAITING = "/forum/unanswered/"


def moment(text):
    return datetime.fromisoformat(f"{text}+09:00")


@pytest.fixture
def at(time_machine):
    return lambda text: time_machine.move_to(moment(text), tick=False)


@pytest.fixture
def friday(at):
    """The morning of a Friday in a week without holidays."""
    at("2026-12-04T09:15:00")


@pytest.fixture
def route(django_capture_on_commit_callbacks):
    """Run the daily job; returns the mails."""

    def run():
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            routing.route()
        return mail.outbox[before:]

    return run


def topic(
    title="買い物の担い手が集まりません", asked="2026-11-30T10:00:00", themes=("買い物",), regions=("20",), **fields
):
    fields = {"published_at": moment(asked), "last_posted_at": moment(asked), **fields}
    made = TopicFactory(title=title, **fields)
    made.themes.set(Theme.objects.filter(name__in=themes))
    made.regions.set(Region.objects.filter(code__in=regions))
    return made


def case_of(people=1, title="買い物の担い手を募る", theme="買い物", region="13", organization=None):
    organization = organization or OrganizationFactory(published=True)
    themes, regions = Theme.objects.filter(name=theme), Region.objects.filter(code=region)
    case = CaseStudyFactory(published=True, title=title, organization=organization, themes=themes, regions=regions)
    return case, [member_of(organization) for _ in range(people)]


# When it is too long


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-12-04T09:00:00", "2026-12-01T00:00:00"),  # Friday: what was asked on Monday
        ("2026-12-03T23:59:59", "2026-11-30T00:00:00"),  # Thursday: what was asked at the weekend
        ("2026-12-06T12:00:00", "2026-12-01T00:00:00"),  # Sunday: nothing has begun since Friday
        ("2026-11-25T09:00:00", "2026-11-19T00:00:00"),  # Wednesday after a weekend and a holiday
        ("2027-01-06T09:00:00", "2026-12-28T00:00:00"),  # the office was closed from 29 December to 3 January
    ],
)
def test_too_long_is_more_than_three_working_days(now, before):
    assert routing.overdue_before(moment(now)) == moment(before)


@pytest.mark.parametrize(
    "fields",
    [
        {"asked": "2026-12-01T00:00:00"},
        {"answered_at": moment("2026-12-01T00:00:00")},
        {"solved_at": moment("2026-12-01T00:00:00")},
        {"purpose": Purpose.CHAT},
        {"state": State.DELETED},
        {"is_locked": True},
    ],
)
def test_what_does_not_wait_is_not_overdue(friday, fields):
    topic(**fields)

    assert not routing.overdue().exists()


# The page


def test_the_page_shows_the_oldest_first_to_everybody(client, friday):
    topic("あとの相談", asked="2026-11-30T10:00:00")
    topic("前の相談", asked="2026-11-20T10:00:00")
    topic("新しい相談", asked="2026-12-03T10:00:00")
    topic("限られた人の相談", board=BoardFactory(visibility=Visibility.COORDINATORS))

    html = client.get(WAITING).content.decode()

    assert html.index("前の相談") < html.index("あとの相談")
    assert "新しい相談" not in html
    assert "限られた人の相談" not in html


def test_the_page_is_narrowed_by_prefecture_and_field(client, friday):
    topic("飯山の買い物", regions=["202134"])
    topic("東京の買い物", regions=["13"])
    topic("長野の食事", themes=["食事"])

    def shown(**parameters):
        html = client.get(WAITING, parameters).content.decode()
        return {title for title in ("飯山の買い物", "東京の買い物", "長野の食事") if title in html}

    shopping = Theme.objects.get(name="買い物").slug
    assert shown() == shown(region="x", theme="y") == {"飯山の買い物", "東京の買い物", "長野の食事"}
    assert shown(region="20") == {"飯山の買い物", "長野の食事"}
    assert shown(theme=shopping) == {"飯山の買い物", "東京の買い物"}
    assert shown(region="20", theme=shopping) == {"飯山の買い物"}
    assert shown(region="47") == set()


def test_the_page_costs_the_same_for_one_and_for_many(client, friday):
    counts = []
    for number in (1, 15):
        for _ in range(number):
            topic()
        with CaptureQueriesContext(connection) as queries:
            client.get(WAITING)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 3


# Those in charge


def staff(region="20", **fields):
    person = UserFactory(role=Role.PREFECTURAL, **fields)
    person.role_assignments.update(region=region)
    return person


def test_the_prefecture_and_the_secretariat_are_mailed_once(route, friday, at, settings):
    nagano, _ = staff("20"), staff("13")
    topic("飯山の相談", regions=["202134"])
    topic("全国の相談", regions=["00"])

    mails = {message.to[0]: message for message in route()}

    assert set(mails) == {nagano.email, settings.SECRETARIAT_EMAIL}
    assert "長野県の相談" in mails[nagano.email].body
    assert "全国の相談" not in mails[nagano.email].body
    assert "/forum/unanswered/?region=20" in mails[nagano.email].body
    assert mails[nagano.email].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for title in ("飯山の相談", "全国の相談"):
        assert title in mails[settings.SECRETARIAT_EMAIL].body
    assert route() == []
    at("2026-12-07T09:15:00")
    assert route() == []


def test_what_comes_later_the_same_day_is_told_the_next(route, friday, at, settings):
    topic()
    assert len(route()) == 1
    late = topic("確認が遅れた相談")
    assert route() == []
    at("2026-12-05T09:15:00")

    (message,) = route()

    assert late.title in message.body
    assert "このほかに、答えを待っている相談が1件あります。" in message.body


def test_staff_that_wants_no_mail_gets_none(route, friday, at, client):
    person = staff()
    topic()
    (address,) = (
        message.extra_headers["List-Unsubscribe"][1:-1] for message in route() if message.to == [person.email]
    )
    client.post(address)
    topic("次の相談", asked="2026-12-01T10:00:00")
    at("2026-12-07T09:15:00")

    recipients = [message.to[0] for message in route()]

    assert len(recipients) == 1
    assert person.email not in recipients


def test_what_was_answered_before_the_mail_is_not_in_it(friday):
    made = topic()
    routing.note()
    made.answered_at = timezone.now()
    made.save()

    assert routing.tell() == 0
    assert routing.ask() == 0
    assert not OutgoingMail.objects.exists()


# People who know


def test_people_behind_like_cases_are_asked(route, friday, client):
    made = topic()
    case, (person,) = case_of()
    case_of(title="運転の講習", theme="移動（交通）")

    (message,) = [message for message in route() if message.to == [person.email]]

    assert "知恵を貸してください" in message.subject
    assert case.title in message.body
    assert "移動支援の担い手が集まりません。" in message.body
    assert HelpRequest.objects.get().person == person
    assert Notice.objects.get(person=person).kind == "help"
    client.force_login(person)
    assert "知恵を貸してください" in client.get("/forum/notices/").content.decode()
    assert cases_like(made) == [case]


def test_without_words_in_common_a_case_of_the_field_nearby_is_like_it(friday):
    near, _ = case_of(title="朝市の当番", region="202134")
    case_of(title="夕市の当番", region="13")

    assert cases_like(topic("お店がなくなりました")) == [near]


def test_five_people_at_most_and_two_of_one_organization(route, friday):
    for _ in range(4):
        case_of(people=3)
    topic()

    route()

    asked = HelpRequest.objects.all()
    assert len(asked) == 5
    organizations = [request.case.organization_id for request in asked]
    assert max(map(organizations.count, organizations)) <= 2


def test_one_person_is_asked_twice_a_month_at_most(route, friday, at):
    _, (person,) = case_of()
    for number in range(4):
        topic(f"買い物の担い手{number}")
    route()
    assert HelpRequest.objects.filter(person=person).count() == 2

    at("2026-12-20T09:15:00")
    topic("買い物の担い手がまた", asked="2026-12-10T10:00:00")
    route()
    assert HelpRequest.objects.filter(person=person).count() == 2

    at("2027-01-08T09:15:00")
    topic("買い物の担い手がまだ", asked="2026-12-20T10:00:00")
    route()
    assert HelpRequest.objects.filter(person=person).count() == 3


def test_the_author_and_those_who_may_not_answer_are_not_asked(route, friday):
    _, (author,) = case_of()
    topic(author=author)
    topic("買い物の担い手の話", board=BoardFactory(visibility=Visibility.COORDINATORS))

    route()

    asked = HelpRequest.objects.values_list("person", "topic__board__visibility")
    assert (author.pk, "coordinators") not in asked
    assert not HelpRequest.objects.filter(person=author, topic__author=author).exists()


@pytest.mark.parametrize(("answer", "later"), [("not_now", True), ("never", False)])
def test_no_is_respected(route, friday, at, client, answer, later):
    _, (person,) = case_of()
    topic()
    body = next(message.body for message in route() if message.to == [person.email])
    address = re.findall(r"■ .*\n(\S+)", body)[0 if later else 1]

    assert client.get(address).status_code == 200
    assert not Subscriber.objects.exists()
    assert "お返事をいただきました" in client.post(address).content.decode()

    assert HelpRequest.objects.get().answer == answer
    at("2027-02-26T09:15:00")
    topic("買い物の担い手がまた", asked="2027-02-15T10:00:00")
    route()
    assert HelpRequest.objects.filter(person=person).count() == 1
    at("2027-03-12T09:15:00")
    topic("買い物の担い手がまだ", asked="2027-03-01T10:00:00")
    route()
    assert HelpRequest.objects.filter(person=person).count() == (2 if later else 1)


def test_who_said_never_is_not_asked_because_of_an_older_mail(friday, client):
    _, (person,) = case_of()
    topic()
    routing.route()
    request = HelpRequest.objects.get()

    client.post(help_address(request.pk, "never"))
    client.post(help_address(request.pk, "not_now"))

    assert subscriber_of(person).may_be_asked is False


def test_answers_of_links_that_are_not_ours_or_too_old(friday, client, at):
    _, _ = case_of()
    topic()
    routing.route()
    address = help_address(HelpRequest.objects.get().pk, "never")

    assert client.post(address[:-4] + "abc/").status_code == 404
    assert client.post(help_address(999_999, "never")).status_code == 410
    at("2027-12-04T09:15:00")
    assert client.post(address).status_code == 410
    assert not Subscriber.objects.exists()


def test_the_database_keeps_somebody_from_being_asked_twice(friday):
    case, (person,) = case_of()
    made = topic()
    HelpRequest.objects.create(topic=made, person=person, case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.create(topic=made, person=person, case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.filter(topic=made).update(answer="never")


def test_a_job_that_dies_asks_nobody_twice(route, friday, monkeypatch):
    for _ in range(3):
        case_of()
    topic()
    save, saved = OutgoingMail.save, []

    def die_at_the_third(self, **options):
        saved.append(self.to)
        if len(saved) == 3:
            raise RuntimeError("killed")
        return save(self, **options)

    with monkeypatch.context() as patch:
        patch.setattr(OutgoingMail, "save", die_at_the_third)
        with pytest.raises(RuntimeError):
            route()
    route()
    route()

    recipients = [message.to[0] for message in mail.outbox]
    assert len(recipients) == len(set(recipients)) == 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_and_ask_once():
    for _ in range(3):
        case_of(people=2)
    long_ago = timezone.now() - timedelta(days=20)
    for number in range(6):
        topic(f"買い物の担い手{number}", published_at=long_ago, last_posted_at=long_ago)
    start, errors = threading.Barrier(2), []

    def work():
        try:
            start.wait()
            routing.route()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert errors == []
    assert OutgoingMail.objects.filter(once__startswith="unanswered:").count() == 1
    people = list(HelpRequest.objects.values_list("person", flat=True))
    assert len(people) == 12
    assert max(map(people.count, people)) == 2
