"""A small world with everybody and something of everything, for tests that try every address or every form."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.actions import apply_for_role
from accounts.roles import Role
from cases.models import PolicyProposal
from events.import_models import EventImport, Plan
from forum import links
from forum.models import HelpAnswer, HelpRequest, ModerationStep, State, Step, Subscriber
from forum.permissions import Visibility
from forum.rules import Rule
from forum.subscriptions import add, subscriber_of
from organizations.invitations import link_of
from organizations.models import Invitation, OrganizationKind
from platform_site.models import Announcement
from publishing import freshness_links
from publishing.actions import change_status
from publishing.models import Answer, FreshnessQuestion
from taxonomy.models import Region
from tests.factories import (
    AttachmentFactory,
    BoardFactory,
    CaseImageFactory,
    CaseStudyFactory,
    EventFactory,
    EventVideoFactory,
    OrganizationFactory,
    PolicyFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    member,
    member_of,
    owner_of,
    secretariat,
    superuser,
)


class FirstObjects(dict):
    """The objects of the world by name, and the first object of any model."""

    def __missing__(self, key):
        model = apps.get_model(key.removeprefix("first:"))
        first = model._default_manager.order_by("pk").first()
        self[key] = quote(first.pk) if first else "999999"
        return self[key]


@dataclass
class World:
    sessions: dict[str, str]
    objects: FirstObjects
    # One for all: a client loads the middleware with its first request.
    client: Client

    def address(self, template):
        """The address with the objects of the world in the place of their names in braces."""
        return re.sub(r"{([^}]+)}", lambda found: str(self.objects[found[1]]), template)

    def answer(self, role, method, address, *args, look=None, **options):
        """The answer to one request, whose traces in the database are wiped out after ``look(response)``."""
        self.client.cookies.clear()
        if role in self.sessions:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        with transaction.atomic():
            response = getattr(self.client, method)(address, *args, **options)
            if look:
                look(response)
            transaction.set_rollback(True)
        if response.streaming:
            b"".join(response)  # closes the file
        return response


def build() -> World:
    # A test with transactions of its own may have emptied these.
    if not Region.objects.exists():
        call_command("load_taxonomy", verbosity=0)
    organization = OrganizationFactory(published=True)
    people = _people(organization)
    sessions = {role: _session(person) for role, person in people.items()}
    return World(sessions, _objects(organization, people), Client(raise_request_exception=False))


def _people(organization):
    return {
        "member": member(email="invited@example.jp"),
        "editor": member_of(organization),
        "owner": owner_of(organization),
        "other_owner": owner_of(OrganizationFactory(published=True)),
        "coordinator": UserFactory(role=Role.COORDINATOR),
        "municipal": UserFactory(role=Role.MUNICIPAL),
        "prefectural": UserFactory(role=Role.PREFECTURAL),
        "ministry": UserFactory(role=Role.MINISTRY),
        "secretariat": secretariat(),
        "superuser": superuser(),
    }


def _session(person):
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _objects(organization, people):
    owner, elsewhere = people["owner"], people["other_owner"].memberships.get()
    topics = _topics(people)
    topics |= _steps(people, topics["topic"])
    draft_organization = OrganizationFactory(regions=[Region.objects.get(code="13")])
    policies = {"organization": OrganizationFactory(published=True, kind=OrganizationKind.MINISTRY)}
    for role in ("owner", "editor"):
        for belongs_to in (draft_organization, policies["organization"]):
            belongs_to.memberships.create(user=people[role], role=role)
    case = CaseStudyFactory(organization=organization, published=True)
    draft_case = CaseStudyFactory(organization=organization)
    submitted = change_status(CaseStudyFactory(organization=organization), "submit", by=owner)
    invitation = _invite(organization, "invited@example.jp", owner)
    today = timezone.localdate()
    announcements = {"title": "お知らせ", "body": "お知らせします。"}
    question = FreshnessQuestion.objects.create(item=case, person=owner, asked_on=today, confirmed_at=today)
    policy = PolicyFactory(published=True, **policies)
    event = EventFactory(organization=organization, published=True)
    draft_event = EventFactory(organization=organization)
    video, draft_video = EventVideoFactory(event=event), EventVideoFactory(event=draft_event)
    objects = {
        "organization": organization,
        "draft_organization": draft_organization,
        "case": case,
        "draft_case": draft_case,
        "policy": policy,
        "proposal": PolicyProposal.objects.create(case=case, policy=policy, organization=policy.organization),
        "draft_policy": PolicyFactory(**policies),
        "event": event,
        "draft_event": draft_event,
        "event_import": _event_import(organization, owner),
        "video": video,
        "draft_video": draft_video,
        "review": submitted.reviews.get(),
        "membership": people["editor"].memberships.get(organization=organization),
        "membership_elsewhere": elsewhere,
        "invitation": invitation,
        "invitation_elsewhere": _invite(elsewhere.organization, "somebody@example.jp", people["other_owner"]),
        "attachment": AttachmentFactory(item=case),
        "draft_attachment": AttachmentFactory(item=draft_case),
        "announcement": Announcement.objects.create(published_on=today, **announcements),
        "draft_announcement": Announcement.objects.create(published_on=today + timedelta(days=1), **announcements),
        "application": apply_for_role(
            UserFactory(), Role.COORDINATOR, region=Region.objects.get(code="13"), statement="地域で働いています。"
        ),
    }
    return FirstObjects(
        {name: found.pk for name, found in (objects | topics).items()}
        | {
            "board": topics["topic"].board.slug,
            "closed_board": topics["closed_topic"].board.slug,
            "picture": CaseImageFactory(case=case).image.name,
            "draft_picture": CaseImageFactory(case=draft_case).image.name,
            "video_file": video.file_address,
            "draft_video_file": draft_video.file_address,
            "invitation_link": link_of(invitation).removeprefix(settings.SITE_URL),
            "freshness": _token(question, Answer.CONTINUES),
            "freshness_changed": _token(question, Answer.CHANGED),
            **_links_of_mails(topics["topic"], case, owner),
        }
    )


def _topics(people):
    """A topic of "owner" with a reply of "coordinator", one that waits, and one on a board for some."""
    topic, held = TopicFactory(author=people["owner"]), TopicFactory(author=people["owner"], state=State.HELD)
    closed = TopicFactory(board=BoardFactory(visibility=Visibility.COORDINATORS))
    solved = TopicFactory(author=people["owner"], solved_at=timezone.now())
    return {
        "follow": add(subscriber_of(people["owner"]), None, None),
        "solved_topic": solved,
        "topic": topic,
        "draft_topic": held,
        "closed_topic": closed,
        "reply": PostFactory(topic=topic, author=people["coordinator"]),
        "draft_post": held.posts.get(),
        "closed_post": closed.posts.get(),
    }


def _steps(people, topic):
    """What moderators did to "coordinator" and "owner"; the latter has answered."""
    kept = {"by": people["secretariat"], "rule": Rule.RESPECT}
    answer = {"answer": "読み直してください。", "answered_at": timezone.now()}
    return {
        "writer": people["coordinator"],
        "step": ModerationStep.objects.create(step=Step.WARN, person=people["coordinator"], **kept),
        "answered_step": ModerationStep.objects.create(
            step=Step.LOCK, person=people["owner"], topic=topic, **kept, **answer
        ),
    }


def _links_of_mails(topic, case, person):
    """The signed ends of links in mails of the board, to somebody without an account and to ``person``."""
    subscriber = Subscriber.objects.create(email="subscriber@example.jp")
    asked = HelpRequest.objects.create(topic=topic, person=person, case=case)
    addresses = {
        "confirm_link": links.confirm_address("somebody@example.jp", {}, "weekly"),
        "manage_link": links.manage_address(subscriber.pk),
        "stop_link": links.stop_address(links.Stop.DIGEST, subscriber.pk),
        "help_link": links.help_address(asked.pk, HelpAnswer.NEVER),
    }
    return {name: address.rstrip("/").rpartition("/")[2] for name, address in addresses.items()}


def _event_import(organization, by):
    """A table that was uploaded and waits to be confirmed."""
    made = EventImport.objects.create(organization=organization, by=by, file_name="events.csv")
    values = {"title": "取り込む会", "summary": "学びます。", "start_date": "2026-12-05", "end_date": "2026-12-05"}
    made.rows.create(number=2, title="取り込む会", values=values, plan=Plan.NEW)
    return made


def _invite(organization, email, by):
    expires_at = timezone.now() + timedelta(days=14)
    return Invitation.objects.create(organization=organization, email=email, invited_by=by, expires_at=expires_at)


def _token(question, answer):
    return freshness_links.address(question, answer).rstrip("/").rpartition("/")[2]
