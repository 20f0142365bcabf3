"""The history of an item as sentences: who did what, when, from the audit trail and the recorded events.

The moments of the whole history are read as a few light columns, so that it can be cut into pages; texts are
read for one page only, in a number of queries that does not depend on how much happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from publishing import recorded_changes, recorded_events
from publishing.content import field_label
from publishing.models import Decision, Publishable, Review, StatusChange
from publishing.narrating import Narrator, through
from publishing.recorded_events import Group
from publishing.shown_content import ShownChange

DONE = {
    "submit": "申請しました。",
    "withdraw": "申請を取り下げました。",
    "publish": "公開しました。",
    "schedule": "公開を予約しました。",
    "return": "差し戻しました。",
    "close": "公開を終了しました。",
    "discard": "下書きを破棄しました。",
    "restore": "下書きに戻しました。",
}
DECIDED = {Decision.CONFIRMED: "変更を確認しました。", Decision.ROLLED_BACK: "変更を前の内容に戻しました。"}
# A review ends in the transaction that writes the line of the audit trail.
AT_ONCE = timedelta(seconds=10)


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    at: datetime
    sentence: str
    note: str = ""
    comments: list[tuple[str, str]] = field(default_factory=list)
    changes: list[ShownChange] = field(default_factory=list)


class History(Sequence):
    """Everything that happened to ``item``, newest first; a slice of it is read as entries for ``reader``."""

    def __init__(self, item: Publishable, reader):
        self.item, self.reader = item, reader
        groups = filter(recorded_changes.is_worth_telling, recorded_events.groups_of(item))
        self.returned = list(item.reviews.filter(decision=Decision.RETURNED).prefetch_related("comments"))
        found = [
            *((group.at, group) for group in groups),
            *((change.at, change) for change in item.status_changes.order_by("-at", "-pk")),
            *((review.decided_at, review) for review in item.reviews.decided().filter(decision__in=DECIDED)),
        ]
        self.found = sorted(found, key=lambda pair: pair[0], reverse=True)

    def __len__(self):
        return len(self.found)

    def __getitem__(self, part: slice) -> list[Entry]:
        page = [each for _, each in self.found[part]]
        groups = [each for each in page if isinstance(each, Group)]
        recorded_events.load(groups)
        names = recorded_changes.names_in(self.item, groups)
        narrator = Narrator(self.reader, map(_person, page))
        return [self._entry(each, narrator, names) for each in page]

    def _entry(self, each, narrator, names) -> Entry:
        if isinstance(each, Group):
            changes = recorded_changes.changes_of(self.item, each, names)
            subject = narrator.subject_of(each.context)
            if recorded_changes.is_only_about_others(self.item, changes):
                subject = through(subject)
            return Entry(each.at, subject + recorded_changes.told(self.item, each, changes), changes=changes)
        if isinstance(each, Review):
            return Entry(each.decided_at, narrator.subject(each.decided_by_id) + DECIDED[each.decision], each.note)
        done = DONE.get(each.action, "状態を変えました。")
        comments = self._comments(each) if each.action == "return" else []
        return Entry(each.at, narrator.subject(each.by_id) + done, each.note, comments)

    def _comments(self, change: StatusChange) -> list[tuple[str, str]]:
        """What was written at the fields when the item was returned."""
        for review in self.returned:
            if abs(review.decided_at - change.at) < AT_ONCE:
                return [(field_label(self.item, said.field), said.text) for said in review.comments.all()]
        return []


def _person(each) -> int | None:
    if isinstance(each, Group):
        return (each.context or {}).get("user")
    return each.decided_by_id if isinstance(each, Review) else each.by_id
