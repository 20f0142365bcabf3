"""What people typed and did not save: kept while they type, shown again when they come back."""

from datetime import timedelta

from django.http import QueryDict
from django.utils import timezone

from publishing.models import WorkingCopy

# Not part of what was typed.
LEFT_OUT = {"csrfmiddlewaretoken", "_keep", "_preview", "_save", "_submit", "_files", "_form"}
LONGEST_COPY = 200_000
LONGEST_NAME = 60
MOST_COPIES = 50
KEPT_FOR = timedelta(days=90)


class TooMuch(Exception):
    """More was typed than a working copy holds, or the person has too many of them."""


def form_name(kind: str, pk, form: str) -> str:
    """The name of a form on an item: "case:12:full"; without an item ``pk`` is "new"."""
    return f"{kind}:{pk or 'new'}:{form}"


def keep(user, form: str, data: QueryDict, *, version=None) -> WorkingCopy:
    """Keep the typed ``data`` of ``form`` (files are not part of it); raises TooMuch."""
    typed = {name: data.getlist(name) for name in data if name not in LEFT_OUT}
    if len(form) > LONGEST_NAME or sum(len(text) for texts in typed.values() for text in texts) > LONGEST_COPY:
        raise TooMuch
    own = WorkingCopy.objects.filter(user=user)
    if not own.filter(form=form).exists() and own.count() >= MOST_COPIES:
        raise TooMuch
    copy, _ = WorkingCopy.objects.update_or_create(user=user, form=form, defaults={"data": typed, "version": version})
    return copy


def kept(user, form: str) -> WorkingCopy | None:
    return WorkingCopy.objects.filter(user=user, form=form).first()


def typed_data(copy: WorkingCopy) -> QueryDict:
    """What was typed, as a form takes it."""
    data = QueryDict(mutable=True)
    for name, texts in copy.data.items():
        data.setlist(name, texts)
    return data


def forget(user, form: str) -> None:
    WorkingCopy.objects.filter(user=user, form=form).delete()


def forget_old() -> int:
    """Delete what nobody came back to; returns how many."""
    return WorkingCopy.objects.filter(updated_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def follow_version(user, kind: str, pk, version: int) -> None:
    """Let what the person has begun to type about an item go on after an own edit of its files.

    Such an edit changes no text, so the form need not be compared to it.
    """
    for copy in WorkingCopy.objects.filter(user=user, form__startswith=form_name(kind, pk, "")):
        if copy.data.get("version") == [str(version - 1)]:
            copy.data["version"], copy.version = [str(version)], version
            copy.save(update_fields=["data", "version"])
