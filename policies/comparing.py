"""The change between two editions of a policy, field by field and line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from policies.models import Policy
from publishing.content import content_of, differences

# What always differs between two editions, and says nothing about the policy.
LEFT_OUT = {"fiscal_year", "predecessor", "attachments", "shown_until"}


@dataclass(frozen=True)
class ChangedLine:
    """One line of a field: gone (`before` only), new (`after` only), or both when it was rewritten."""

    before: str
    after: str

    @property
    def kind(self) -> str:
        if self.before and self.after:
            return "変更"
        return "削除" if self.before else "追加"


@dataclass(frozen=True)
class ChangedField:
    label: str
    lines: list[ChangedLine]


def line_by_line(before: Policy, after: Policy) -> list[ChangedField]:
    """The fields in which ``after`` differs from ``before``, in the order of the page."""
    changes = differences(after, _comparable(before), _comparable(after))
    fields = [ChangedField(change.label, changed_lines(change.before, change.after)) for change in changes]
    # Two texts may differ in their line breaks only.
    return [field for field in fields if field.lines]


def _comparable(policy: Policy) -> dict:
    """The content as people read it, without what only belongs to the edition; rows without their keys."""
    content = {name: value for name, value in content_of(policy).items() if name not in LEFT_OUT}
    for name in policy.CONTENT_ROWS:
        if name in content:
            content[name] = [{**row, "pk": None, "position": None} for row in content[name]]
    return content


def changed_lines(before: str, after: str) -> list[ChangedLine]:
    """The lines that differ; lines that took each other's place stand side by side."""
    old, new = before.splitlines(), after.splitlines()
    lines = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = old[i1:i2], new[j1:j2]
        for index in range(max(len(gone), len(come))):
            lines.append(ChangedLine(_at(gone, index), _at(come, index)))
    return [line for line in lines if line.before or line.after]


def _at(lines: list[str], index: int) -> str:
    return lines[index] if index < len(lines) else ""
