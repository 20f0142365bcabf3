"""What somebody says to a step of moderators, once, and what becomes of it."""

from django.db import transaction
from django.utils import timezone

from forum import moderation_mails
from forum.actions import NotAllowed
from forum.models import ModerationStep, Outcome, Step
from forum.moderation import restore_post, restore_topic, unlock
from forum.moderation_people import lift
from forum.moderation_steps import AlreadyDone, check

# What undoes a step; nobody can take back that somebody was warned.
REVERSIBLE = (Step.HIDE, Step.LOCK, Step.SUSPEND)


@transaction.atomic
def answer(step: ModerationStep, *, by, answer: str) -> ModerationStep:
    """Say something to a step against oneself, for moderators to read. Raises NotAllowed, AlreadyDone."""
    step = _locked(step)
    if step.person_id != by.pk or not step.is_against:
        raise NotAllowed(f"step {step.pk} is not for {by.pk} to answer")
    if step.answered_at:
        raise AlreadyDone(f"step {step.pk} was answered")
    step.answer, step.answered_at = answer, timezone.now()
    step.save(update_fields=["answer", "answered_at"])
    return step


@transaction.atomic
def uphold(step: ModerationStep, *, by, reply: str) -> ModerationStep:
    """Leave the step as it is and say why."""
    check("", by=by)
    return _settle(_open(step), Outcome.UPHELD, by=by, reply=reply)


@transaction.atomic
def take_back(step: ModerationStep, *, by, reply: str) -> ModerationStep:
    """Undo the step; it may have been undone already."""
    check("", by=by)
    step = _open(step)
    if step.step not in REVERSIBLE:
        raise NotAllowed(f"{step.step} cannot be taken back")
    is_told = _undo(step, by=by, note=reply)
    return _settle(step, Outcome.TAKEN_BACK, by=by, reply=reply, is_told=is_told)


def _undo(step, **told) -> bool:
    """Whether there was something to undo: the mail about that says everything."""
    try:
        if step.step == Step.SUSPEND:
            lift(step.person, **told)
        elif step.step == Step.LOCK:
            unlock(step.topic, **told)
        elif step.post:
            restore_post(step.post, **told)
        else:
            restore_topic(step.topic, **told)
    except AlreadyDone:
        return False
    return True


def _settle(step, outcome, *, by, reply, is_told=False):
    step.outcome, step.reply, step.settled_at, step.settled_by = outcome, reply, timezone.now(), by
    step.save(update_fields=["outcome", "reply", "settled_at", "settled_by"])
    if not is_told:
        moderation_mails.tell_settled(step)
    return step


def _open(step):
    step = _locked(step)
    if not step.answered_at or step.settled_at:
        raise AlreadyDone(f"step {step.pk} has no open answer")
    return step


def _locked(step):
    return (
        ModerationStep.objects.select_for_update(of=["self"])
        .select_related("topic", "post__topic", "person")
        .get(pk=step.pk)
    )
