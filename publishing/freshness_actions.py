"""Asking once a year whether public content is still right, and taking the answers.

`ask_for_confirmation` notes whom to ask about what, then sends each person one mail about everything. Both steps
can be stopped and run again at any point: what has been noted or mailed is not noted or mailed twice.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.actions import queue_mail
from publishing import freshness_links
from publishing.actions import change_status, confirm, locked, recorded, save_changes
from publishing.freshness import ASK_AFTER, REMIND_AFTER, STALE_AFTER, TAKEN_ALONG_AFTER
from publishing.items import publishable_models
from publishing.models import Answer, FreshnessQuestion

# Who has more is mailed the rest the next day.
MOST_IN_ONE_MAIL = 30
# What got stale while no worker ran for some days is found, too.
LOOK_BACK = REMIND_AFTER
NOTE_OF_END = "年に一度の確認に「終わりました」とお返事をいただきました。"


class NotTheirs(Exception):
    """The person no longer speaks for the item."""


class NotPublic(Exception):
    """The item is no longer public: there is nothing to confirm."""


# Asking


def ask_for_confirmation() -> int:
    """Ask the people behind what nobody has confirmed for a year; returns how many mails that makes.

    Who is asked about one thing is asked about what would come up within half a year, too: after the first round
    that is one mail a year.
    """
    today = timezone.localdate()
    people = set()
    for item in _askable(today - ASK_AFTER, today):
        people |= set(_note_questions(item, today))
    for person in sorted(people, key=lambda person: person.pk):
        for item in _askable(today - TAKEN_ALONG_AFTER, today, of=person):
            if person in item.people_to_ask():
                _note_questions(item, today)
    return _mail_everybody(today)


def _askable(day, today, of=None):
    for model in publishable_models().values():
        items = model._default_manager.all() if of is None else model._default_manager.editable_by(of)
        yield from items.askable(day, today)


@transaction.atomic
def _note_questions(item, today) -> list[User]:
    """Begin a round of questions about ``item`` unless another worker did; returns whom to ask."""
    people = list(item.people_to_ask())
    askable = type(item)._default_manager.askable(item.confirmed_at, today).order_by()
    with recorded(by=None, action="ask"):
        if not people or not askable.filter(pk=item.pk).update(freshness_asked_on=today):
            return []
    FreshnessQuestion.objects.bulk_create(
        FreshnessQuestion(item=item, person=person, asked_on=today, confirmed_at=item.confirmed_at) for person in people
    )
    return people


def _mail_everybody(today) -> int:
    return sum(_mail(person, today) for person in _people_of(FreshnessQuestion.objects.to_mail()))


def _people_of(questions):
    return User.objects.filter(pk__in=questions.order_by().values("person")).order_by("pk")


@transaction.atomic
def _mail(person, today) -> bool:
    waiting = FreshnessQuestion.objects.to_mail().filter(person=person).select_for_update().prefetch_related("item")
    questions = list(waiting[:MOST_IN_ONE_MAIL])
    _mark(questions, mailed_on=today)
    return _send(person, questions, "掲載内容の確認のお願い")


def remind() -> int:
    """Ask those once more who have not answered for a month; returns how many mails that makes."""
    today = timezone.localdate()
    due = FreshnessQuestion.objects.to_remind(today - REMIND_AFTER)
    return sum(_remind(person, today) for person in _people_of(due))


@transaction.atomic
def _remind(person, today) -> bool:
    due = FreshnessQuestion.objects.to_remind(today - REMIND_AFTER).filter(person=person).select_for_update()
    questions = list(due.prefetch_related("item")[:MOST_IN_ONE_MAIL])
    _mark(questions, reminded_on=today)
    return _send(person, questions, "【再度のお願い】掲載内容の確認", is_reminder=True)


def _mark(questions, **fields) -> None:
    FreshnessQuestion.objects.filter(pk__in=[question.pk for question in questions]).update(**fields)


def _send(person, questions, subject, *, is_reminder=False) -> bool:
    """One mail with the links of all ``questions`` that still stand."""
    entries = [_entry(question) for question in questions if _still_stands(question)]
    if not entries or not person.is_active:
        return False
    queue_mail(
        to=person.email,
        subject=f"{subject}（{len(entries)}件）",
        template="mail/publishing/freshness.txt",
        context={
            "person": person,
            "entries": entries,
            "is_reminder": is_reminder,
            "valid_until": timezone.localdate() + freshness_links.VALID_FOR,
        },
    )
    return True


def _still_stands(question) -> bool:
    """Whether the item is public and the round goes on: neither confirmed nor closed since."""
    item = question.item
    return item is not None and item.is_published and item.freshness_asked_on == question.asked_on


def _entry(question) -> dict:
    return {
        "item": question.item,
        "kind": question.item._meta.verbose_name,
        "page_url": settings.SITE_URL + question.item.get_absolute_url(),
        "links": [(answer.label, freshness_links.address(question, answer)) for answer in Answer],
    }


# Answering


@transaction.atomic
def take_answer(question, answer, *, note=""):
    """Do what the person answered: confirm the item, tell the secretariat, or mark it as ended.

    The same answer twice counts once; another answer takes the place of the former. Whoever may not end the
    publication is heard by the secretariat instead. Returns the question;
    raises NotPublic or NotTheirs when the person's word no longer counts.
    """
    item = question.item and locked(question.item)  # the item first, as every action does
    check_standing(question, item)
    question = FreshnessQuestion.objects.select_for_update(of=["self"]).get(pk=question.pk)
    if question.answer == answer:
        return question
    is_beyond = answer == Answer.ENDED and item.CLOSES_WHEN_ENDED and not item.may_be_closed_by(question.person)
    if answer == Answer.ENDED and not is_beyond:
        item = _end(item, by=question.person)
    if answer != Answer.CHANGED and item.is_published and not is_beyond:
        confirm(item, on=timezone.localdate(), by=question.person)
    question.answer, question.answered_at = answer, timezone.now()
    question.note = note if answer == Answer.CHANGED else ""
    question.save(update_fields=["answer", "answered_at", "note"])
    if answer == Answer.CHANGED or is_beyond:
        _tell_secretariat(question, item)
    return question


def check_standing(question, item) -> None:
    if item is None or not item.is_published:
        raise NotPublic(f"{question.pk}")
    if not item.responsible_people().filter(pk=question.person_id).exists():
        raise NotTheirs(f"{question.person_id}")


def _end(item, *, by):
    """Mark the item as ended: its page says so, or it is closed, as its kind wants it."""
    if item.CLOSES_WHEN_ENDED:
        return change_status(item, "close", by=by, note=NOTE_OF_END)

    def write(current):
        current.mark_ended()
        current.save()

    return save_changes(item, write, by=by)


def _tell_secretariat(question, item) -> None:
    queue_mail(
        to=settings.SECRETARIAT_EMAIL,
        subject=f"「{question.get_answer_display()}」とのお返事（{item}）",
        template="mail/publishing/freshness_changed.txt",
        context={
            "question": question,
            "item": item,
            "kind": item._meta.verbose_name,
            "page_url": settings.SITE_URL + item.get_absolute_url(),
            "record_url": settings.SITE_URL + reverse("admin:publishing_freshnessquestion_change", args=[question.pk]),
        },
        reply_to=question.person.email,
    )


# Getting stale


def show_stale() -> int:
    """Let the lists show what has got stale of late, and put it behind the rest; returns how many items."""
    day = timezone.localdate() - STALE_AFTER
    count = 0
    for model in publishable_models().values():
        recent = model._default_manager.confirmed_by(day).filter(confirmed_at__gte=day - LOOK_BACK)
        for item in recent.order_by("pk"):
            with transaction.atomic():
                locked(item).after_change()
            count += 1
    return count
