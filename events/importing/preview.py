"""From an uploaded file to its preview: everything is read and compared, nothing of it is written as an event."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.import_models import EventImport, EventImportRow, Plan
from events.importing import columns, files
from events.importing.cells import Reading
from events.importing.matching import KnownEvents, Match, RowsOfOneFile, check, whole_row
from events.importing.problems import Problem, Unreadable
from events.importing.rows import RowReader
from events.importing.showing import changes_for_people
from events.importing.whens import Options
from events.models import Event

BATCH = 500
BEGINS_BELOW = "見出しは{number}行目にあります。それより上の行は読みません。"
TOO_MANY_ROWS = files.TOO_MANY_ROWS


def read_file(upload, options: Options, organization) -> tuple[columns.Columns, files.Table, list[Reading]]:
    """What the rows of an uploaded file say; ValidationError for a file that is no table of events."""
    table = files.read(upload)
    found, body = columns.find(table)
    if len(body) > files.MOST_ROWS:
        raise ValidationError(TOO_MANY_ROWS, code="too_many_rows")
    reader = RowReader(found, options, organization.name)
    return found, table, [reader.read(number, cells) for number, cells in body]


def prepare(*, organization, upload, options: Options, by, key) -> EventImport:
    """Keep what the file says, with what importing it would do. Sent twice with one ``key`` it is one import."""
    found, table, readings = read_file(upload, options, organization)
    notes = [*table.notes]
    if found.header_row > 1:
        notes.append(BEGINS_BELOW.format(number=found.header_row))
    made = EventImport(
        organization=organization,
        by=by,
        key=key,
        file_name=_printable(upload.name)[-100:],
        notes=notes,
        ignored=[list(each) for each in found.ignored],
        touched_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            made.save()
            EventImportRow.objects.bulk_create(_rows(made, readings), batch_size=BATCH)
    except IntegrityError:
        return EventImport.objects.get(key=key, by=by)
    return made


def _printable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()) or "ファイル"


def _rows(made: EventImport, readings: list[Reading]) -> list[EventImportRow]:
    known = KnownEvents(made.organization, [reading.values for reading in readings if not reading.is_broken])
    seen = RowsOfOneFile()
    return [_row(made, reading, known, seen) for reading in readings]


def _row(made, reading: Reading, known: KnownEvents, seen: RowsOfOneFile) -> EventImportRow:
    match = Match()
    if not reading.is_broken:
        try:
            seen.check(reading)
            match = known.match(reading.values)
            if match.notice:
                reading.problems.append(Problem("NO", reading.values["external_id"], match.notice))
            if match.event is None:
                check(Event(**_own_columns(reading.values)))
        except Unreadable as error:
            reading.problems.append(whole_row(str(error)))
    return EventImportRow(
        event_import=made,
        number=reading.number,
        title=reading.values.get("title", ""),
        values=reading.values,
        problems=[problem.as_json() for problem in reading.problems],
        changes=changes_for_people(match.event, match.changes) if match.event and not reading.is_broken else [],
        plan=_plan(reading, match),
        event=match.event,
    )


def _own_columns(values: dict) -> dict:
    return {name: values[name] for name in values if name not in ("region", "themes", "tags")}


def _plan(reading: Reading, match: Match) -> Plan:
    if reading.is_broken:
        return Plan.BROKEN
    if match.event is None:
        return Plan.NEW
    return Plan.CHANGE if match.changes else Plan.SAME


def example_of(row: EventImportRow, organization) -> Event:
    """The event as it would be, not saved."""
    event = row.event or Event(organization=organization)
    for name, value in _own_columns(decoded(row.values)).items():
        setattr(event, name, value)
    return event


def decoded(values: dict) -> dict:
    """Values as they were before they were kept as JSON."""
    return {
        name: value if name in ("region", "themes", "tags") else Event._meta.get_field(name).to_python(value)
        for name, value in values.items()
    }
