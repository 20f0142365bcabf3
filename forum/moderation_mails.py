"""Mails about steps of moderators, to the person whom they concern."""

from django.conf import settings
from django.urls import reverse

from forum.models import ModerationStep, Step
from mailing.actions import queue_mail

# What happened, as the subject of a mail; of other steps nobody is mailed.
SUBJECTS = {
    Step.RELEASE: "投稿を公開しました",
    Step.HIDE: "書き込みを表示しないことにしました",
    Step.RESTORE: "書き込みをもう一度表示しました",
    Step.NOTE: "投稿に事務局の注記を付けました",
    Step.LOCK: "話題への書き込みを止めました",
    Step.UNLOCK: "話題への書き込みを再開しました",
    Step.MOVE: "話題をほかの掲示板へ移しました",
    Step.MERGE: "話題をほかの話題にまとめました",
    Step.SPLIT: "投稿を新しい話題に分けました",
    Step.WARN: "書き込みについてのお願い",
    Step.SUSPEND: "書き込みを一時お休みいただきます",
    Step.LIFT: "書き込みを再開できます",
}


def tell_step(step: ModerationStep, *, until=None) -> None:
    """Tell the person what was done, why, and how to answer."""
    subject = SUBJECTS.get(step.step)
    if subject and step.person_id != step.by_id and not (step.step == Step.NOTE and not step.note):
        _tell(step, subject, f"mail/forum/moderation_{step.step}.txt", until=until)


def tell_settled(step: ModerationStep) -> None:
    """Tell the person what moderators say to the answer."""
    _tell(step, "お返事を読みました", "mail/forum/moderation_settled.txt")


def tell_reporter(report) -> None:
    """Tell somebody what became of a report; nobody else is named."""
    if not report.reporter.is_active:
        return
    queue_mail(
        to=report.reporter.email,
        subject="お知らせいただいた投稿について（交流掲示板）",
        template="mail/forum/report.txt",
        context={"person": report.reporter, "report": report, "page_url": settings.SITE_URL + report.page_url},
        once=f"report:{report.pk}",
    )


def _tell(step, subject, template, **context):
    person, topic, post = step.person, step.topic, step.post
    if person is None or not person.is_active:
        return
    context |= {
        "step": step,
        "person": person,
        "topic": topic,
        "post": post,
        "excerpt": post.excerpt if post else "",
        "page_url": settings.SITE_URL + (post or topic).get_absolute_url() if topic else "",
        "step_url": settings.SITE_URL + step.get_absolute_url(),
        "rules_url": settings.SITE_URL + reverse("forum:rules"),
    }
    queue_mail(to=person.email, subject=f"{subject}（交流掲示板）", template=template, context=context)
