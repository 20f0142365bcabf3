"""No question stays alone: what nobody answered is noted, told to those in charge, and put to people who know.

Each of the three steps can be stopped and run again at any moment, by several workers at once: what was noted, told
or asked is not told or asked twice.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from forum.links import Stop, help_address, stop_address, stop_headers
from forum.matching import people_who_know
from forum.models import HelpAnswer, HelpRequest, Notice, NoticeKind, Subscriber, Topic, UnansweredTopic
from forum.permissions import visibilities_for
from mailing.actions import queue_mail
from publishing.working_days import is_working_day
from taxonomy.models import NATION_CODE

WAITED_WORKING_DAYS = 3
MOST_PER_TOPIC = 5
MOST_PER_PERSON, PERIOD = 2, timedelta(days=30)
PAUSE = timedelta(days=91)
SHOWN = 20
LONGEST = 3_000


class NotTheirs(Exception):
    """The request is gone, or the person has left."""


def overdue_before(now: datetime) -> datetime:
    """Topics from before this moment have waited for more than three working days."""
    day, begun = timezone.localdate(now), 0
    while begun <= WAITED_WORKING_DAYS:
        begun += is_working_day(day)
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def overdue(topics=None):
    """Of ``topics``, or of all, those that wait for an answer and have waited too long, the oldest first."""
    asking = (Topic.objects if topics is None else topics).unanswered()
    waiting = asking.filter(published_at__lt=overdue_before(timezone.now()))
    return waiting.filter(is_locked=False, board__is_open=True).order_by("published_at", "pk")


def route() -> None:
    """The daily job."""
    note()
    tell()
    ask()


# Noting


def note() -> int:
    """Note what has become overdue; returns how many topics that is."""
    new = overdue().filter(is_sample=False, unanswered=None).values_list("pk", flat=True)
    made = [UnansweredTopic(topic_id=pk) for pk in new]
    UnansweredTopic.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


# Telling those in charge


@transaction.atomic
def tell() -> int:
    """Mail the secretariat and the prefectures' staff what is new, once a day; returns how many mails that makes."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = list(UnansweredTopic.objects.select_for_update(of=["self"]).filter(told_at=None).order_by("pk"))
    if not rows or UnansweredTopic.objects.filter(told_at__gte=midnight).exists():
        return 0
    new = list(overdue().filter(unanswered__in=rows).for_list())
    UnansweredTopic.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    if not new:
        return 0
    _mail(new, to=settings.SECRETARIAT_EMAIL, waiting=overdue().filter(is_sample=False).count(), key="secretariat")
    return 1 + sum(_tell_prefecture(code, topics) for code, topics in _by_prefecture(new).items())


def _by_prefecture(topics) -> dict[str, list[Topic]]:
    found = defaultdict(list)
    for topic in topics:
        for code in sorted({code[:2] for code in topic.region_codes} - {NATION_CODE}):
            found[code].append(topic)
    return found


def _tell_prefecture(code, topics) -> int:
    staff = RoleAssignment.objects.filter(role=Role.PREFECTURAL, region=code, user__is_active=True)
    refused = Subscriber.objects.filter(person__isnull=False, wants_unanswered=False).values("person")
    waiting = overdue().filter(is_sample=False, regions__code__startswith=code).distinct().count()
    count = 0
    for one in staff.exclude(user__in=refused).select_related("user", "region").order_by("user"):
        readable = [topic for topic in topics if topic.board.visibility in visibilities_for(one.user)]
        if readable:
            _mail(readable, to=one.user.email, waiting=waiting, key=one.user_id, person=one.user, region=one.region)
            count += 1
    return count


def _mail(topics, *, to, waiting, key, person=None, region=None):
    stop = stop_address(Stop.UNANSWERED, person.pk) if person else ""
    queue_mail(
        to=to,
        subject=f"答えを待っている相談（{len(topics)}件）",
        template="mail/forum/unanswered.txt",
        context={
            "person": person,
            "region": region,
            "topics": topics[:SHOWN],
            "others": max(0, waiting - len(topics[:SHOWN])),
            "stop_url": stop,
        },
        headers=stop_headers(stop) if stop else None,
        once=f"unanswered:{timezone.localdate()}:{key}",
    )


# Asking people who know


def ask() -> int:
    """Ask people behind like cases about every topic that was noted; returns how many were asked."""
    rows = UnansweredTopic.objects.filter(asked_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_ask(pk) for pk in list(rows))


@transaction.atomic
def _ask(pk) -> int:
    row = UnansweredTopic.objects.select_for_update(of=["self"]).get(pk=pk)
    if row.asked_at:
        return 0
    row.asked_at = timezone.now()
    row.save(update_fields=["asked_at"])
    topic = overdue().filter(pk=row.topic_id).select_related("board").first()
    if topic is None:
        return 0
    known = people_who_know(topic)
    # In one order, so that two workers with two topics do not wait for each other.
    locked = User.objects.select_for_update(of=["self"]).filter(pk__in=[person.pk for person, _ in known])
    free = {person.pk for person in locked.order_by("pk") if _may_be_asked(person)}
    chosen = [(person, case) for person, case in known if person.pk in free][:MOST_PER_TOPIC]
    for person, case in chosen:
        _request(topic, person, case)
    return len(chosen)


def _may_be_asked(person) -> bool:
    """Whether the person has neither declined nor been asked twice within a month."""
    wishes = Subscriber.objects.filter(person=person).first()
    if wishes and (not wishes.may_be_asked or (wishes.ask_again_from or timezone.localdate()) > timezone.localdate()):
        return False
    recent = person.forum_help_requests.filter(asked_at__gt=timezone.now() - PERIOD)
    return person.is_active and recent.count() < MOST_PER_PERSON


def _request(topic, person, case):
    request = HelpRequest.objects.create(topic=topic, person=person, case=case)
    Notice.objects.bulk_create([Notice(person=person, kind=NoticeKind.HELP, topic=topic)], ignore_conflicts=True)
    stop = stop_address(Stop.HELP, person.pk)
    queue_mail(
        to=person.email,
        subject=f"知恵を貸してください（{topic}）",
        template="mail/forum/help.txt",
        context={
            "person": person,
            "topic": topic,
            "post": topic.posts.get(number=1),
            "longest": LONGEST,
            "case": case,
            "answers": [(answer.label, help_address(request.pk, answer)) for answer in HelpAnswer],
        },
        headers=stop_headers(stop),
        once=f"help:{request.pk}",
    )


def request_of(pk: int) -> HelpRequest:
    """The request that a link names; raises NotTheirs."""
    found = HelpRequest.objects.select_related("topic__board", "person").filter(pk=pk, person__is_active=True).first()
    if found is None:
        raise NotTheirs(f"{pk}")
    return found


@transaction.atomic
def decline(request: HelpRequest, answer: str) -> None:
    """Respect that the person cannot answer now (for three months), or does not want to be asked again (for ever)."""
    wishes = {"may_be_asked": False}
    if answer == HelpAnswer.NOT_NOW:
        wishes = {"ask_again_from": timezone.localdate() + PAUSE}
    Subscriber.objects.update_or_create(person=request.person, defaults=wishes)
    HelpRequest.objects.filter(pk=request.pk).update(answer=answer, answered_at=timezone.now())
