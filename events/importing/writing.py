"""Writes the rows of a confirmed import, each whole or not at all, a number of them in one transaction.

A worker that is killed leaves whole batches behind it: whoever takes the job up goes on with the rows that have
come to nothing yet.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from events.forms import organizations_of
from events.import_models import EventImport, EventImportRow, ImportStatus, Outcome
from events.importing import saving
from events.importing.matching import KnownEvents, Match
from events.importing.preview import decoded
from events.importing.problems import Unreadable
from events.models import Event
from mailing import jobs
from mailing.actions import queue_mail
from publishing import mails
from publishing.actions import TransitionNotAllowed, change_status, create, save_changes
from publishing.form_pages import send_action_of
from publishing.models import Status
from search.actions import indexed_together

logger = logging.getLogger(__name__)

TASK = "events.write_import"
BATCH = 100
KEPT_FOR = timedelta(days=30)
# Longer than a batch takes: then nobody works on it any more, or nobody does yet.
STALLED_AFTER = timedelta(minutes=5)

NOT_PERMITTED = "取り込んだ方が、この団体のイベントを載せられなくなったため、取り込みませんでした。"
NOT_ALLOWED_NOW = "このイベントは、いまの状態では変えられません。マイページで状態を確かめてください。"
REFUSED = "内容に矛盾があるため、書き込めませんでした。日付・時刻・番号を確かめてください。"


@transaction.atomic
def start(made: EventImport, *, sends: bool) -> bool:
    """Have the worker write the import; False when it was started before.

    An import that has not got on for a while may be started again: rows are written once whatever happens.
    """
    made = EventImport.objects.select_for_update(of=["self"]).get(pk=made.pk)
    if made.status == ImportStatus.READY:
        made.status, made.sends = ImportStatus.RUNNING, sends
    elif not is_stalled(made):
        return False
    made.touched_at = timezone.now()
    made.save(update_fields=["status", "sends", "touched_at"])
    jobs.defer(TASK, lock=f"event_import_{made.pk}", import_pk=made.pk)
    return True


def is_stalled(made: EventImport) -> bool:
    return made.status == ImportStatus.RUNNING and made.touched_at < timezone.now() - STALLED_AFTER


def write(import_pk: int) -> None:
    """Write what is not written yet, to the end."""
    while write_batch(import_pk):
        pass


def write_batch(import_pk: int) -> bool:
    """Write the next rows; False when nothing was left to do."""
    with indexed_together(), mails.held_back():
        made = (
            EventImport.objects.select_for_update(of=["self"])
            .select_related("organization", "by")
            .filter(pk=import_pk, status=ImportStatus.RUNNING)
            .first()
        )
        if made is None:
            return False
        rows = list(made.rows.to_write().filter(outcome="").order_by("number")[:BATCH])
        if rows:
            _write_rows(made, rows)
        else:
            made.status, made.finished_at = ImportStatus.DONE, timezone.now()
            _tell(made)
        made.touched_at = timezone.now()
        made.save(update_fields=["status", "finished_at", "touched_at"])
    return bool(rows)


def _write_rows(made: EventImport, rows: list[EventImportRow]) -> None:
    read = {row.pk: decoded(row.values) for row in rows}
    known = KnownEvents(made.organization, read.values())
    if not (made.by.is_active and organizations_of(made.by).filter(pk=made.organization_id).exists()):
        for row in rows:
            row.outcome, row.reason = Outcome.FAILED, NOT_PERMITTED
    else:
        regions = list(made.organization.regions.values_list("pk", flat=True))
        if not _write_new(made, rows, read, known, regions):
            for row in rows:
                _write_row(made, row, read[row.pk], known, regions)
    EventImportRow.objects.bulk_update(rows, ["outcome", "reason", "event"])


def _write_new(made: EventImport, rows: list[EventImportRow], read: dict, known: KnownEvents, regions) -> bool:
    """Write the rows together where all of them are new, as they mostly are; False when each needs a look."""
    try:
        matches = [known.match(read[row.pk]) for row in rows]
        if any(match.event for match in matches):
            return False
        values = [(row, match.changes) for row, match in zip(rows, matches, strict=True)]
        with transaction.atomic():
            events = saving.create_together(made, values, regions)
    except (Unreadable, DatabaseError):
        return False
    finally:
        known.taken.clear()
    for row, event in zip(rows, events, strict=True):
        row.outcome, row.event = Outcome.CREATED, event
    return True


def _write_row(made, row: EventImportRow, values: dict, known: KnownEvents, regions: list[str]) -> None:
    """One row, whole or not at all."""
    try:
        with transaction.atomic():
            match = known.match(values)
            row.outcome = _write_match(made, row, match, regions)
    except Unreadable as error:
        row.outcome, row.reason = Outcome.FAILED, str(error)
    except TransitionNotAllowed:
        row.outcome, row.reason = Outcome.FAILED, NOT_ALLOWED_NOW
    except DatabaseError:
        logger.exception("Row %s of import %s was refused by the database.", row.number, made.pk)
        row.outcome, row.reason = Outcome.FAILED, REFUSED


def _write_match(made, row, match: Match, regions: list[str]) -> Outcome:
    if match.event is None:
        write = saving.writer(match.changes, made.organization, regions)
        event = create(Event, write, by=made.by, key=saving.key_of(made, row))
        outcome = Outcome.CREATED
    elif match.changes:
        event = save_changes(match.event, saving.writer(match.changes), by=made.by)
        outcome = Outcome.CHANGED
    else:
        event, outcome = match.event, Outcome.SAME
    row.event = event
    if made.sends:
        _send(event, by=made.by)
    return outcome


def _send(event: Event, *, by) -> None:
    """Publish (now or at its time) where the organization may, else submit, what is not on its way yet."""
    if event.status not in (Status.DRAFT, Status.RETURNED):
        return
    publishes = event.can_self_publish and event.status == Status.DRAFT
    available = {"publish", "schedule"} if publishes else {"submit"}
    change_status(event, send_action_of(available, event.publish_at), by=by)


def _tell(made: EventImport) -> None:
    """One mail to the members about everything that was submitted: it takes the place of one for each."""
    submitted = made.rows.filter(event__status=Status.SUBMITTED, outcome__in=[Outcome.CREATED, Outcome.CHANGED]).count()
    if not (made.sends and submitted):
        return
    context = {"made": made, "outcomes": made.outcomes(), "submitted": submitted}
    context["url"] = settings.SITE_URL + made.get_absolute_url()
    for person in made.organization.responsible_people():
        queue_mail(
            to=person.email,
            subject=f"イベントの申請を受け付けました（{submitted:,}件）",
            template="mail/events/imported.txt",
            context={**context, "person": person},
            once=f"event_import:{made.pk}:{person.pk}",
        )


def forget_old() -> int:
    """Delete what was uploaded a month ago; the events stay. Returns how many."""
    old = EventImport.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).exclude(status=ImportStatus.RUNNING)
    count = old.count()
    old.delete()
    return count
