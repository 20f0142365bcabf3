"""Fields of events, before and after, as people read them in the preview."""

from datetime import date, time

from events import times
from events.models import Event
from taxonomy import registry

LONGEST = 80
NOTHING = "（なし）"
_LABELS = {"region": "地域", "themes": "分野", "tags": "タグ", "external_id": "NO"}


def changes_for_people(event: Event, changes: dict) -> list[list[str]]:
    """What each change does, as label, before and after."""
    return [[_label(name), _shown(name, _now(event, name)), _shown(name, value)] for name, value in changes.items()]


def _label(name: str) -> str:
    return _LABELS.get(name) or str(Event._meta.get_field(name).verbose_name)


def _now(event: Event, name: str):
    if name == "region":
        return [region.code for region in event.regions.all()]
    if name == "themes":
        return [theme.slug for theme in event.themes.all()]
    if name == "tags":
        return [tag.name for tag in event.tags.all()]
    return getattr(event, name)


def _shown(name: str, value) -> str:
    text = _text(name, value)
    return (text[:LONGEST] + "…" if len(text) > LONGEST else text) or NOTHING


def _text(name: str, value) -> str:
    if name == "region":
        return "、".join(registry.regions()[code].full_name for code in ([value] if isinstance(value, str) else value))
    if name == "themes":
        return "、".join(registry.themes()[slug].name for slug in value)
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return times.day_text(value)
    if isinstance(value, time):
        return times.clock(value)
    choices = dict(Event._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))
