"""The parts of the form of an event that unfold: they are open when there is something in them."""

from dataclasses import dataclass, field

from events.choices import Application, EventKind

# What stands in a field before anybody has answered.
UNANSWERED = {"application": Application.NOT_NEEDED, "kind": EventKind.OTHER}


@dataclass(frozen=True)
class PartKind:
    id: str
    title: str
    fields: tuple[str, ...]
    is_for_afterwards: bool = False


PARTS = (
    PartKind("audience", "対象・参加費・定員", ("audience", "audience_note", "fee", "fee_note", "capacity")),
    PartKind(
        "application",
        "申込",
        (
            *("application", "application_opens_on", "application_closes_on", "application_closes_at"),
            *("application_url", "application_email", "application_phone", "application_note"),
        ),
    ),
    PartKind(
        "access",
        "参加しやすさ・会場への行き方・オンラインでの参加方法",
        ("accessibility", "accessibility_note", "access", "parking", "latitude", "longitude", "online_note"),
    ),
    PartKind(
        "content",
        "くわしい内容・問い合わせ先・共催",
        (
            *("subtitle", "content", "contact_name", "contact_phone", "contact_extension", "contact_email", "url"),
            *("co_organizers", "co_organizers_note", "remarks", "title_kana", "title_english", "sources"),
        ),
    ),
    PartKind("themes", "分野・種類・タグ・シリーズ", ("themes", "kind", "tags", "series_title")),
    PartKind("afterwards", "終わったあと：開催の報告・議事録", ("report", "minutes"), is_for_afterwards=True),
)


@dataclass(frozen=True)
class Part:
    kind: PartKind
    form: object = field(repr=False)
    is_open: bool

    @property
    def fields(self) -> list:
        return [self.form[name] for name in self.kind.fields]


def has_something(bound) -> bool:
    """Whether somebody has answered the field, or there is something to be said about it."""
    value = bound.value()
    is_answered = bool(value) and value != UNANSWERED.get(bound.name)
    return bool(is_answered or bound.errors or bound.field.reviewer_comment)
