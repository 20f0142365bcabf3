"""What all steps of moderators have in common: who may take them, what is kept of them, and who is told."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from forum import moderation_mails
from forum.actions import NotAllowed
from forum.models import AGAINST, ModerationStep, Report, Step
from forum.notices import tell_of_report
from forum.permissions import may_moderate
from forum.rules import Rule

# Steps after which the reports of a post need nothing more.
CLOSES_REPORTS = (Step.HIDE, Step.NOTE, Step.WARN, Step.DISMISS)


class AlreadyDone(Exception):
    """The step makes no sense any more, mostly because another moderator was faster: nothing was changed."""


class RuleMissing(Exception):
    """A step against somebody names one of the five rules."""


def check(step: str, *, by, rule: str = "") -> None:
    """Raise NotAllowed or RuleMissing before anything is written."""
    if not may_moderate(by):
        raise NotAllowed(f"{by.pk} is no moderator")
    if step in AGAINST and rule not in Rule.values:
        raise RuleMissing(f"{step} names no rule")


@transaction.atomic
def record(step: str, *, by, person=None, topic=None, post=None, rule="", note="", until=None, key=None):
    """Keep what was done, close the reports that it answers, and tell the person.

    ``until`` is the end of a suspension. Raises AlreadyDone for a ``key`` that is known: the form was sent twice.
    """
    made = ModerationStep(
        step=step, by=by, person=person, topic=topic, post=post, rule=rule, note=note, creation_key=key
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if key and ModerationStep.objects.filter(creation_key=key).exists():
            raise AlreadyDone(f"the form {key} was sent twice") from error
        raise
    if step in CLOSES_REPORTS and topic is not None:
        reports = Report.objects.filter(post=post) if post else Report.objects.filter(post__topic=topic)
        close(reports, by=by, step=step)
    moderation_mails.tell_step(made, until=until)
    return made


def close(reports, *, by, step: str) -> int:
    """Close those of ``reports`` that are open and tell who had made them; returns how many these were."""
    found = list(reports.open().select_related("reporter").select_for_update(of=["self"]).order_by("pk"))
    reports = Report.objects.filter(pk__in=[report.pk for report in found])
    reports.update(closed_at=timezone.now(), closed_by=by, outcome=step)
    for report in reports.select_related("reporter", "post__topic").order_by("pk") if found else ():
        if report.reporter_id and report.reporter_id != by.pk:
            tell_of_report(report)
            moderation_mails.tell_reporter(report)
    return len(found)
