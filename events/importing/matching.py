"""Which event of the organization a row means, and what would become of it."""

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from events.exporting import NUMBER_PREFIX, cells_of
from events.importing import columns, values
from events.importing.cells import Reading
from events.importing.problems import Problem, Unreadable
from events.importing.rows import RowReader, read_cells
from events.importing.whens import Options
from events.models import Event
from organizations.models import Organization
from publishing.models import Status

# What is no column of the event itself.
RELATED = ("region", "themes", "tags")
WHOLE_ROW = "（行全体）"

IS_NOT_YOURS = "この番号のイベントは、この団体にはありません。新しいイベントのときは、NOを空欄にしてください。"
SEVERAL_ALIKE = (
    "同じイベント名・開始日のイベントがいくつも載っているため、どれのことか分かりません。NOの列に、"
    f"このサイトから保存した表の番号（{NUMBER_PREFIX}…）を書いてください。"
)
TWICE = (
    "{number}行目と同じイベントです（NOが同じか、イベント名・開始日・場所が同じ）。どちらかを消すか、"
    "別のイベントなら、どちらの行にもNOを付けてください。"
)
NUMBER_IS_OF_ANOTHER = (
    "この番号は、名前も日にちも違うイベントに使われています。番号は使わず、イベント名・開始日・場所で見分けます。"
)
IS_DISCARDED = "このイベントは破棄されています。マイページで下書きに戻してから、取り込んでください。"
WAITS_FOR_ITS_TIME = "このイベントは公開の予約が済んでいます。予約を取り消してから、取り込んでください。"
MONTH_HAS_TO_BE_WHOLE = "日にちが未定のときは、開始日にその月の1日、終了日に月の終わりの日を書いてください。"
CONTRADICTS = "載っている内容と合わせると、終わりや締切が始まりより前になります。日付と時刻を確かめてください。"


@dataclass
class Match:
    """The event that a row means (None: a new one), the fields that would change, and a sentence about its NO."""

    event: Event | None = None
    changes: dict = field(default_factory=dict)
    notice: str = ""


class KnownEvents:
    """The events of an organization that some rows may mean, read at once."""

    def __init__(self, organization: Organization, rows: Iterable[dict]):
        rows = list(rows)
        numbers = {row["external_id"] for row in rows if "external_id" in row}
        pks = {pk for number in numbers if (pk := own_number(number))}
        named = Q(title__in={row["title"] for row in rows}) & Q(start_date__in={row["start_date"] for row in rows})
        found = Event.objects.filter(Q(external_id__in=numbers) | Q(pk__in=pks) | named, organization=organization)
        found = found.select_related("organization").prefetch_related("regions", "themes", "tags").order_by("pk")
        self.organization = organization
        self.by_pk = {event.pk: event for event in found}
        self.by_number = {event.external_id: event for event in found if event.external_id}
        self.by_name = defaultdict(list)
        for event in found:
            self.by_name[event.title, event.start_date].append(event)
        self.reader = RowReader(columns.of_standard(), Options(), organization.name)
        # Events that a row means already.
        self.taken: set[int] = set()

    def match(self, row: dict) -> Match:
        """Raises Unreadable with a sentence when it cannot be told, or must not be written."""
        notice = ""
        if self._is_of_another(row):
            notice = NUMBER_IS_OF_ANOTHER
            row = {name: value for name, value in row.items() if name != "external_id"}
        event = self._event(row)
        if event is None:
            return Match(None, row, notice)
        self.taken.add(event.pk)
        _check_state(event)
        changes = changes_of(event, row, self.reader)
        check(applied(event, changes))
        return Match(event, changes, notice)

    def _is_of_another(self, row: dict) -> bool:
        """Whether its number belongs to an event of another name and day: many tables count from 1 each month."""
        event = self.by_number.get(row.get("external_id", ""))
        return event is not None and event.title != row["title"] and event.start_date != row["start_date"]

    def _event(self, row: dict) -> Event | None:
        number = row.get("external_id", "")
        if pk := own_number(number):
            if pk not in self.by_pk:
                raise Unreadable(IS_NOT_YOURS)
            return self.by_pk[pk]
        if number in self.by_number:
            return self.by_number[number]
        alike = self.by_name[row["title"], row["start_date"]]
        if "venue" in row:
            alike = [event for event in alike if event.venue == row["venue"]]
        if number:
            # Typed by hand before the table had it.
            alike = [event for event in alike if not event.external_id and event.pk not in self.taken]
        if len(alike) > 1:
            raise Unreadable(SEVERAL_ALIKE)
        return alike[0] if alike else None


def changes_of(event: Event, row: dict, reader: RowReader) -> dict:
    """What of ``row`` is another than the event says: compared to what its export would be read as."""
    current = {name: getattr(event, name) for name in row if name not in RELATED}
    current |= {"themes": sorted(theme.slug for theme in event.themes.all())}
    current |= {"tags": sorted(tag.name for tag in event.tags.all())}
    current |= read_cells(cells_of(event), reader)
    if own_number(row.get("external_id", "")):
        row = {name: value for name, value in row.items() if name != "external_id"}
    else:
        current["external_id"] = event.external_id
    changes = {name: value for name, value in row.items() if current.get(name) != value}
    return changes | _following(event, changes)


def own_number(number: str) -> int | None:
    """The key of an event by the number that the export gives it."""
    digits = number.removeprefix(NUMBER_PREFIX)
    return int(digits) if number != digits and digits.isascii() and digits.isdecimal() and len(digits) < 18 else None


def _following(event: Event, changes: dict) -> dict:
    """What must not stay as it is because of ``changes``."""
    following = {}
    if event.only_month_known and {"start_date", "end_date", "start_time"} & changes.keys():
        following["only_month_known"] = changes.get("only_month_known", False)
    was_cut = bool(event.content) and values.described(event.content) == (event.summary, event.content)
    if "summary" in changes and "content" not in changes and was_cut:
        following["content"] = ""
    return following


def _check_state(event: Event) -> None:
    if event.status == Status.DISCARDED:
        raise Unreadable(IS_DISCARDED)
    if event.status == Status.SCHEDULED and not event.can_self_publish:
        raise Unreadable(WAITS_FOR_ITS_TIME)


def applied(event: Event, changes: dict) -> Event:
    """The event with ``changes`` to its own columns, not saved."""
    event = copy.copy(event)
    for name, value in changes.items():
        if name not in RELATED:
            setattr(event, name, value)
    return event


def check(event: Event) -> None:
    """What only shows when the row and what is there already come together; the database would refuse it."""
    begins, ends = (event.start_date, event.start_time), (event.end_date, event.end_time)
    if event.end_date < event.start_date or (event.start_time and begins >= ends):
        raise Unreadable(CONTRADICTS)
    opens, closes = event.application_opens_on, event.application_closes_on
    if (opens and closes and closes < opens) or (event.application_closes_at and not closes):
        raise Unreadable(CONTRADICTS)
    is_month = event.start_date.day == 1 and event.start_date.month == event.end_date.month and not event.start_time
    if event.only_month_known and not is_month:
        raise Unreadable(MONTH_HAS_TO_BE_WHOLE)


class RowsOfOneFile:
    """Finds rows that mean the same event as an earlier one."""

    def __init__(self):
        self.by_number: dict[str, int] = {}
        self.by_name: dict[tuple, tuple[int, bool]] = {}

    def check(self, reading: Reading) -> None:
        row = reading.values
        number, name = row.get("external_id", ""), (row["title"], row["start_date"], row.get("venue", ""))
        if number in self.by_number:
            raise Unreadable(TWICE.format(number=self.by_number[number]))
        earlier, has_number = self.by_name.get(name, (0, True))
        if earlier and not (number and has_number):
            raise Unreadable(TWICE.format(number=earlier))
        self.by_name.setdefault(name, (reading.number, bool(number)))
        if number:
            self.by_number[number] = reading.number


def whole_row(sentence: str) -> Problem:
    return Problem(WHOLE_ROW, "", sentence, is_error=True)
