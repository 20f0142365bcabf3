"""Factories with the fewest fields; `published=True` makes an item public and searchable."""

from datetime import time, timedelta
from io import BytesIO
from pathlib import Path

import factory
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.models import RoleAssignment, User
from accounts.roles import ROLES_WITH_REGION, OrganizationRole, Role
from cases.models import CaseImage, CaseStudy
from events.models import Event, EventVideo
from forum.indexing import index_topic
from forum.models import Board, Post, Topic
from organizations.models import Membership, Organization, OrganizationKind
from policies.models import Policy, PolicyKind
from publishing.models import Attachment, FileKind, Status
from search.actions import index

PASSWORD = "はるはあけぼのやうやうしろく"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECORDING = Path(__file__).parent / "events/data/talk.webm"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.jp")
    display_name = factory.Sequence(lambda n: f"利用者{n}")

    @factory.post_generation
    def role(self, create, role, **kwargs):
        """Roles that need a place serve Tokyo, those that need a second factor have one."""
        if role and role != Role.MEMBER:
            region = "13" if role in ROLES_WITH_REGION else None
            RoleAssignment.objects.create(user=self, role=role, region_id=region)
        if self.needs_second_factor:
            with_second_factor(self)


def member(password=PASSWORD, **fields):
    """Somebody who has confirmed the mail address and may sign in with ``password``."""
    user = UserFactory(**fields)
    user.set_password(password)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def confirm_identity(client):
    """Let the signed-in person type the password once more, as sensitive pages ask."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def with_second_factor(user):
    """The person, with an authenticator app set up."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


def superuser(email="root@example.jp"):
    return with_second_factor(User.objects.create_superuser(email, PASSWORD))


def secretariat():
    return UserFactory(role=Role.SECRETARIAT)


class PublishableFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            status=Status.PUBLISHED,
            published_at=factory.LazyFunction(timezone.now),
            confirmed_at=factory.LazyFunction(timezone.localdate),
        )

    @factory.post_generation
    def regions(self, create, regions, **kwargs):
        self.regions.set(regions or [])

    @factory.post_generation
    def themes(self, create, themes, **kwargs):
        self.themes.set(themes or [])

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        if create:
            index(instance)


class OrganizationFactory(PublishableFactory):
    class Meta:
        model = Organization
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"支え合いの会{n}")
    kind = OrganizationKind.NPO
    summary = "地域の支え合いに取り組む団体です。"


def member_of(organization, role=OrganizationRole.EDITOR, **fields):
    """Somebody who belongs to ``organization``; with an authenticator app, which some organizations ask for."""
    user = UserFactory(**fields)
    Membership.objects.create(organization=organization, user=user, role=role)
    return with_second_factor(user)


def owner_of(organization, **fields):
    return member_of(organization, OrganizationRole.OWNER, **fields)


class PolicyFactory(PublishableFactory):
    class Meta:
        model = Policy
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"生活支援の体制をつくる事業{n}")
    summary = "市町村が生活支援の体制をつくるための費用を支える事業です。"
    organization = factory.SubFactory(OrganizationFactory, published=True, kind=OrganizationKind.MINISTRY)
    fiscal_year = 2025
    kind = PolicyKind.PROGRAM

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        if create:
            instance.after_change()


class EventFactory(PublishableFactory):
    """An afternoon in a week from now."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"支え合いの交流会{n}")
    summary = "地域の支え合いについて話し合う会です。"
    organization = factory.SubFactory(OrganizationFactory, published=True)
    start_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    start_time = time(13, 30)
    end_date = factory.SelfAttribute("start_date")
    end_time = time(16, 0)
    venue = "中央公民館"

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        if create:
            instance.after_change()


class EventVideoFactory(DjangoModelFactory):
    """A recording of twelve seconds with captions."""

    class Meta:
        model = EventVideo

    event = factory.SubFactory(EventFactory, published=True)
    title = factory.Sequence(lambda n: f"第{n}部")
    file_format = "webm"
    file = factory.LazyFunction(lambda: ContentFile(RECORDING.read_bytes(), name="talk.webm"))
    size = factory.LazyFunction(lambda: RECORDING.stat().st_size)
    captions = "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nはじめます。\n"
    chapters = "0:00 はじめに\n0:07 紹介"


class CaseStudyFactory(PublishableFactory):
    class Meta:
        model = CaseStudy
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"支え合いの取り組み{n}")
    summary = "住民と団体が協力して暮らしを支える取り組みです。"
    organization = factory.SubFactory(OrganizationFactory, published=True)


class BoardFactory(DjangoModelFactory):
    class Meta:
        model = Board

    slug = factory.Sequence(lambda n: f"board-{n}")
    title = factory.Sequence(lambda n: f"掲示板{n}")
    description = "なんでも話せる掲示板です。"


class PostFactory(DjangoModelFactory):
    """The next post of its topic."""

    class Meta:
        model = Post
        skip_postgeneration_save = True

    topic = factory.SubFactory("tests.factories.TopicFactory")
    number = factory.LazyAttribute(lambda post: post.topic.posts.count() + 1)
    author = factory.SubFactory(UserFactory)
    body = "うちでは、まず町内会に声をかけました。"
    html = factory.LazyAttribute(lambda post: f"<p>{post.body}</p>")
    byline = factory.LazyAttribute(lambda post: str(post.author))
    published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def count(self, create, extracted, **kwargs):
        Topic.objects.filter(pk=self.topic_id).update(last_number=self.number, reply_count=self.number - 1)


class TopicFactory(DjangoModelFactory):
    """A topic with its first post, which everybody on its board may read."""

    class Meta:
        model = Topic
        skip_postgeneration_save = True

    board = factory.SubFactory(BoardFactory)
    title = factory.Sequence(lambda n: f"担い手が集まりません{n}")
    author = factory.SubFactory(UserFactory)
    published_at = factory.LazyFunction(timezone.now)
    last_posted_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def first_post(self, create, extracted, **kwargs):
        post = {"body": "移動支援の担い手が集まりません。", "state": self.state, **kwargs}
        PostFactory(topic=self, number=1, author=self.author, **post)
        index_topic(self)


def writer(posts=3, role=Role.COORDINATOR, **fields):
    """Somebody with a confirmed role of whom ``posts`` posts were read and left: nothing more has to wait."""
    person = UserFactory(role=role, **fields)
    # Where no list shows them.
    topic = TopicFactory(state="deleted") if posts else None
    for _ in range(posts):
        PostFactory(topic=topic, author=person)
    return person


def picture_bytes(size=(320, 200), format="JPEG", mode="RGB", **options):
    """A picture file: a grey gradient from left to right."""
    file = BytesIO()
    Image.linear_gradient("L").rotate(90).resize(size).convert(mode).save(file, format, **options)
    return file.getvalue()


class CaseImageFactory(DjangoModelFactory):
    class Meta:
        model = CaseImage

    case = factory.SubFactory(CaseStudyFactory, published=True)
    image = factory.LazyFunction(lambda: ContentFile(picture_bytes(), name="photo.jpg"))
    alt = "朝市に集まる人たち"


class AttachmentFactory(DjangoModelFactory):
    class Meta:
        model = Attachment

    item = factory.SubFactory(CaseStudyFactory, published=True)
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.4 %%EOF", name="a.pdf"))
    title = factory.Sequence(lambda n: f"利用案内{n}")
    kind = FileKind.PDF
    size = 1_258_291
    position = factory.Sequence(int)
