"""はじめの1週間: the steps that fit what was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache

from start.models import ChecklistStep, Condition

STEPS_KEY = "start:checklist"
STEPS_ARE_KEPT = 60
MOST_STEPS = 7
LONGEST_NAME = 40


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    # The place on the page it leads to, "" for none.
    place: str


def all_steps() -> list[ChecklistStep]:
    """The steps of the secretariat; an edited one takes effect everywhere within a minute."""
    steps = cache.get(STEPS_KEY)
    if steps is None:
        steps = list(ChecklistStep.objects.filter(is_shown=True))
        cache.set(STEPS_KEY, steps, STEPS_ARE_KEPT)
    return steps


def forget_steps() -> None:
    """Make an edited step take effect in this process at once."""
    cache.delete(STEPS_KEY)


def checklist(found: Mapping[str, str]) -> list[Step]:
    """At most seven steps; ``found`` has the name of the first thing in each part of the page, "" for none."""
    fitting = [step for step in all_steps() if step.part in {"", *found} and _fits(step, found.get(step.part, ""))]
    return [_filled(step, found.get(step.part, "")) for step in fitting[:MOST_STEPS]]


def _fits(step: ChecklistStep, name: str) -> bool:
    return step.condition == Condition.ALWAYS or (step.condition == Condition.FOUND) == bool(name)


def _filled(step: ChecklistStep, name: str) -> Step:
    shown = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
    return Step(step.title.replace(ChecklistStep.PLACEHOLDER, shown), step.text, step.part)
