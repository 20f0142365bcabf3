"""Mails about the workflow, to the people of the organization behind an item."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.urls import reverse

from mailing.actions import queue_mail
from publishing.content import field_label
from publishing.models import Publishable, Review, Status, StatusChange

# What happened, as the subject of a mail, by the action. Members need no mail about what they did themselves.
SUBJECTS = {
    "submit": "申請を受け付けました",
    "publish": "公開しました",
    "schedule": "公開を予約しました",
    "return": "直していただきたいところがあります",
    "close": "公開を終了しました",
}
ONLY_WHEN_BY_OTHERS = {"publish", "schedule", "close"}

_are_held_back = ContextVar("mails_are_held_back", default=False)


@contextmanager
def held_back():
    """No mail about each change of status inside: whoever makes many at once tells of all of them in one mail."""
    token = _are_held_back.set(True)
    try:
        yield
    finally:
        _are_held_back.reset(token)


def tell_change(item: Publishable, change: StatusChange, review: Review | None) -> None:
    """Tell the people behind the item that its status changed, with the reason and the comments."""
    subject = SUBJECTS.get(change.action)
    if subject is None or _are_held_back.get():
        return
    people = list(item.responsible_people())
    if change.action in ONLY_WHEN_BY_OTHERS and change.by in people:
        return
    comments = [(field_label(item, comment.field), comment.text) for comment in review.comments.all()] if review else []
    context = {"change": change, "comments": comments}
    _tell(item, f"{subject}（{item}）", f"mail/publishing/{change.action}.txt", people, **context)


def tell_confirmed(item: Publishable, review: Review) -> None:
    _tell(item, f"変更を確認しました（{item}）", "mail/publishing/confirmed.txt", review=review)


def tell_rolled_back(item: Publishable, review: Review) -> None:
    _tell(item, f"変更を元に戻しました（{item}）", "mail/publishing/rolled_back.txt", review=review)


def _tell(item, subject, template, people=None, **context):
    context |= {
        "item": item,
        "kind": item._meta.verbose_name,
        "page_url": settings.SITE_URL + item.get_absolute_url(),
        "edit_url": settings.SITE_URL + reverse(f"{item._meta.app_label}:edit", args=[item.pk]),
        "is_public": item.status == Status.PUBLISHED,
    }
    for person in item.responsible_people() if people is None else people:
        queue_mail(to=person.email, subject=subject, template=template, context={**context, "person": person})
