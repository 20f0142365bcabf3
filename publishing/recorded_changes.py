"""What a group of recorded events did to an item: in words, and field by field."""

from collections import Counter
from collections.abc import Iterable

from django.db import models

from publishing.comparing import compare, replaced
from publishing.content import field_label, readable, row_text
from publishing.models import Publishable, Status
from publishing.recorded_events import Group, Moment
from publishing.shown_content import SEPARATOR, ShownChange, ShownRow, compare_values
from publishing.workflow import TRANSITIONS

# More names than this make no sentence.
MOST_NAMED = 4
VERBS = {"added": "追加し", "removed": "取り外し", "changed": "直し"}
OTHER_VERBS = {"added": "{}に「{}」が加わり", "removed": "{}から「{}」が外れ", "changed": "{}「{}」の登録が変わり"}


class Names:
    """The names of what links and choices point to, read once for a whole page."""

    def __init__(self):
        self.wanted: dict[type[models.Model], set] = {}
        self.found: dict[type[models.Model], dict] = {}

    def want(self, column, value) -> None:
        if value is not None and column.many_to_one:
            self.wanted.setdefault(column.related_model, set()).add(value)

    def load(self) -> None:
        self.found = {model: model._default_manager.in_bulk(pks) for model, pks in self.wanted.items()}

    def text(self, column, value) -> str:
        if value is None or not column.many_to_one:
            return readable(column, value)
        return str(self.found[column.related_model].get(value, "（削除された項目）"))


def is_worth_telling(group: Group) -> bool:
    """Whether the group says more than the audit trail, which tells changes of status by itself."""
    if group.of("links") or group.of("rows"):
        return True
    return any(
        moment.label == "insert"
        or moment.content_changed
        or (moment.status_changed and group.action not in TRANSITIONS)
        or (moment.confirmed and _is_a_confirmation(group))
        for moment in group.of("item")
    )


def _is_a_confirmation(group: Group) -> bool:
    return group.action not in {*TRANSITIONS, "confirm_changes"}


def names_in(item: Publishable, groups: Iterable[Group]) -> Names:
    """The names that the recorded rows of ``groups`` speak of."""
    names = Names()
    for moment in (moment for group in groups for moment in group.moments):
        for event in filter(None, (moment.event, moment.before)):
            for column in _columns(item, moment):
                names.want(column, getattr(event, column.attname))
    names.load()
    return names


def _columns(item, moment: Moment) -> list:
    """The columns of a recorded row that people may read."""
    if moment.source.kind == "links":
        column = item._meta.get_field(moment.source.name)
        return [column.remote_field.through._meta.get_field(column.m2m_reverse_field_name())]
    model = item if moment.source.kind == "item" else item._meta.get_field(moment.source.name).related_model
    columns = (model._meta.get_field(name) for name in model.CONTENT_FIELDS)
    return [column for column in columns if column.concrete and not column.many_to_many]


def changes_of(item: Publishable, group: Group, names: Names) -> list[ShownChange]:
    """What the group did, in the order of the page; nothing for the making of the item."""
    if _is_creation(group):
        return []
    found = {change.name: change for change in (*_of_fields(item, group, names), *_of_links(item, group, names))}
    ordered = [found[name] for name in item.CONTENT_FIELDS if name in found]
    return ordered + _of_rows(item, group, names)


def _is_creation(group: Group) -> bool:
    return any(moment.label == "insert" for moment in group.of("item"))


def _of_fields(item, group, names):
    moments = sorted((m for m in group.of("item") if m.event), key=lambda moment: moment.pk)
    if not moments or moments[0].before is None:
        return
    old, new = moments[0].before, moments[-1].event
    for column in _columns(item, moments[0]):
        values = getattr(old, column.attname), getattr(new, column.attname)
        if values[0] != values[1]:
            before, after = (names.text(column, value) for value in values)
            yield ShownChange(
                column.name, field_label(item, column.name), before, after, compare_values(column, before, after)
            )


def _of_links(item, group, names):
    by_field: dict[str, Counter] = {}
    for moment in group.of("links"):
        [column] = _columns(item, moment)
        counter = by_field.setdefault(moment.source.name, Counter())
        counter[names.text(column, getattr(moment.event, column.attname))] += -1 if moment.label == "delete" else 1
    for name, counter in by_field.items():
        gone = SEPARATOR.join(sorted(text for text, count in counter.items() if count < 0))
        come = SEPARATOR.join(sorted(text for text, count in counter.items() if count > 0))
        if gone or come:
            told = "、".join([f"「{gone}」を外した"] * bool(gone) + [f"「{come}」を加えた"] * bool(come))
            yield ShownChange(name, field_label(item, name), gone, come, replaced(gone, come), told=told)


def _of_rows(item, group, names) -> list[ShownChange]:
    changes = []
    for name in (*item.CONTENT_ROWS, *item.RECORDED_ROWS):
        by_row: dict[int, list[Moment]] = {}
        for moment in group.of("rows"):
            if moment.source.name == name:
                by_row.setdefault(moment.event.id, []).append(moment)
        rows = [row for moments in by_row.values() if (row := _row(item, moments, names))]
        if rows:
            label = str(item._meta.get_field(name).related_model._meta.verbose_name)
            changes.append(ShownChange(name, label, "", "", rows=rows))
    return changes


def _row(item, moments: list[Moment], names) -> ShownRow | None:
    """What became of one row; None when nothing that people see did."""
    moments.sort(key=lambda moment: moment.pk)
    first, last = moments[0], moments[-1]
    was_there = first.label != "insert" and not getattr(first.before or first.event, "is_removed", False)
    is_there = last.label != "delete" and not getattr(last.event, "is_removed", False)
    before = _row_text(item, first, first.before, names) if was_there and first.before else ""
    after = _row_text(item, last, last.event, names)
    if was_there and is_there:
        return ShownRow("changed", after, compare(before, after)) if before != after else None
    if is_there:
        return ShownRow("added", after, compare("", after))
    return ShownRow("removed", after, compare(after, "")) if was_there else None


def _row_text(item, moment, event, names) -> str:
    model = item._meta.get_field(moment.source.name).related_model
    if getattr(model, "IS_TOLD_BY_ITS_NAME", False):
        return row_text(model, {name: getattr(event, name) for name in model.CONTENT_FIELDS})
    columns = (column for column in _columns(item, moment) if column.name != "position")
    parts = [names.text(column, getattr(event, column.attname)) for column in columns]
    return "／".join(part for part in parts if part)


def told(item: Publishable, group: Group, changes: list[ShownChange]) -> str:
    """What the group did, as the end of a sentence: 「概要」と「分野」を変え、画像を1件追加しました."""
    if _is_creation(group):
        return "下書きを作りました。"
    clauses = []
    if labels := [f"「{change.label}」" for change in changes if not change.rows]:
        verb = "前の内容に戻し" if group.action == "roll_back" else "変え"
        clauses.append(_enumerated(labels) + ("を" + verb))
    for change in changes:
        clauses += _about_others(change) if change.name in item.RECORDED_ROWS else _about_rows(change)
    if not clauses and any(moment.content_changed and moment.previous is None for moment in group.of("item")):
        clauses.append("内容を保存し")
    clauses += _about_state(group)
    return ("、".join(clauses) or "並び順などの細かな設定を変え") + "ました。"


def _enumerated(labels: list[str]) -> str:
    if len(labels) > MOST_NAMED:
        return "".join(labels[:MOST_NAMED]) + f"など{len(labels)}項目"
    return "".join(labels[:-1]) + ("と" if len(labels) > 1 else "") + labels[-1]


def _about_rows(change: ShownChange) -> list[str]:
    counted = Counter(row.state for row in change.rows)
    return [f"{change.label}を{counted[state]}件{verb}" for state, verb in VERBS.items() if counted[state]]


def _about_others(change: ShownChange) -> list[str]:
    """Rows such as members, each by its name: what became of them rather than what somebody did with them."""
    return [OTHER_VERBS[row.state].format(change.label, row.text) for row in change.rows]


def is_only_about_others(item: Publishable, changes: list[ShownChange]) -> bool:
    return bool(changes) and all(change.name in item.RECORDED_ROWS for change in changes)


def _about_state(group: Group) -> list[str]:
    clauses = []
    for moment in group.of("item"):
        if moment.status_changed and group.action not in TRANSITIONS and moment.event and moment.before:
            before, after = (Status(event.status).label for event in (moment.before, moment.event))
            clauses.append(f"状態を「{before}」から「{after}」に変え")
        if moment.confirmed and _is_a_confirmation(group):
            clauses.append("掲載内容がいまも正しいことを確かめ")
    return list(dict.fromkeys(clauses))
