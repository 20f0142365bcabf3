"""The forms that a person began to fill in and did not save, with the way back to each."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from forum.models import Post, Topic
from publishing.items import publishable_models
from publishing.models import WorkingCopy

# The page of a form, by kind and the word in its name. A number may follow: "full-12" is the full form after the
# example of case 12, "register-2" the second step, "after-12" next year's edition of policy 12, or the next
# event after event 12.
NEW = {
    ("case", "short"): "cases:create_short",
    ("case", "full"): "cases:create_full",
    ("event", "full"): "events:create",
    ("event", "after"): "events:copy",
    ("organization", "register"): "organizations:create",
    ("policy", "full"): "policies:create",
    ("policy", "after"): "policies:next_year",
    ("topic", "full"): "forum:create",
}
EXISTING = {
    ("case", "short"): "cases:edit_short",
    ("case", "full"): "cases:edit",
    ("event", "full"): "events:edit",
    ("event", "state"): "events:state",
    ("organization", "register"): "organizations:register",
    ("organization", "edit"): "organizations:edit",
    ("policy", "full"): "policies:edit",
    ("topic", "reply"): "forum:reply",
    ("topic", "outcome"): "forum:outcome",
    ("post", "edit"): "forum:edit",
}
# What the board has, which does not go through the workflow.
ON_THE_BOARD = {"topic": Topic, "post": Post}
TITLES = {"organization": "name", "post": "topic__title"}
# What is begun in a topic and no topic itself.
IN_A_TOPIC = {"reply": "返信", "outcome": "その後"}
# Forms that are not there without their number.
NUMBERED = {("new", "after"), ("existing", "register")}


@dataclass(frozen=True)
class BegunForm:
    copy: WorkingCopy
    title: str
    kind_name: str
    url: str


@dataclass(frozen=True)
class Name:
    """What the name of a form says, see `publishing.working_copies.form_name`; anybody may send any name."""

    kind: str
    pk: str
    word: str
    number: str

    @property
    def is_known(self) -> bool:
        pages = NEW if self.is_new else EXISTING
        needs_number = ("new" if self.is_new else "existing", self.word) in NUMBERED
        has_number = _is_number(self.number) or not (self.number or needs_number)
        return (self.kind, self.word) in pages and has_number

    @property
    def is_new(self) -> bool:
        return self.pk == "new"

    @property
    def url(self) -> str:
        if not self.is_new:
            numbered = ("existing", self.word) in NUMBERED
            return reverse(EXISTING[self.kind, self.word], args=[self.pk, self.number] if numbered else [self.pk])
        if ("new", self.word) in NUMBERED:
            return reverse(NEW[self.kind, self.word], args=[self.number])
        query = {"origin": self.number} if self.number and self.kind == "case" else None
        return reverse(NEW[self.kind, self.word], query=query)


def of(user) -> list[BegunForm]:
    """Newest first. Left out: what belongs to an item that the person may not edit any more."""
    copies = WorkingCopy.objects.filter(user=user).defer("data").order_by("-updated_at", "-pk")
    typed = {"typed_title": F("data__title__0"), "typed_name": F("data__name__0")}
    named = [(copy, name) for copy in copies.annotate(**typed) if (name := _name(copy.form)).is_known]
    titles = _titles(user, [name for _, name in named])
    found = []
    for copy, name in named:
        if name.is_new:
            title = copy.typed_title or copy.typed_name or "（題名はまだありません）"
        elif (title := titles.get((name.kind, name.pk))) is None:
            continue
        found.append(BegunForm(copy, title, _kind_name(name), name.url))
    return found


def _name(form: str) -> Name:
    kind, _, rest = form.partition(":")
    pk, _, rest = rest.partition(":")
    word, _, number = rest.partition("-")
    return Name(kind, pk, word, number)


def _kind_name(name: Name) -> str:
    if name.kind == "topic" and name.word in IN_A_TOPIC:
        return IN_A_TOPIC[name.word]
    model = ON_THE_BOARD.get(name.kind) or publishable_models()[name.kind]
    return str(model._meta.verbose_name)


def _own_items(user, kind: str):
    """The items of a kind that the person may still write in."""
    if kind in ON_THE_BOARD:
        items = ON_THE_BOARD[kind].objects.visible_to(user)
        return items.filter(author=user) if kind == "post" else items
    return publishable_models()[kind]._default_manager.editable_by(user)


def _titles(user, names: list[Name]) -> dict[tuple[str, str], str]:
    """What the items are called that the person may edit, by kind and the pk as it stands in the name."""
    found = {}
    for kind in {name.kind for name in names}:
        pks = [name.pk for name in names if name.kind == kind and _is_number(name.pk)]
        title, items = TITLES.get(kind, "title"), _own_items(user, kind).filter(pk__in=pks)
        found |= {(kind, str(pk)): text for pk, text in items.values_list("pk", title)}
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
