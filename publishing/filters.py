"""Filters of the reviewers' queue. Their addresses are shareable; what they do not know they leave out and name."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict

from publishing.items import publishable_models
from publishing.models import ReviewQuerySet, ReviewReason
from taxonomy import registry

WHO = {"mine": "自分の担当", "nobody": "だれも担当していない"}
LONGEST_SHOWN_VALUE = 20


@dataclass(frozen=True)
class QueueFilter:
    kind: str = ""
    reason: str = ""
    region: str = ""
    who: str = ""
    small: str = ""
    notices: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The filter as it stands in an address, "" when nothing is filtered."""
        values = {name: getattr(self, name) for name in LABELS if getattr(self, name)}
        return f"?{urlencode(values)}" if values else ""

    def apply(self, reviews: ReviewQuerySet, user) -> ReviewQuerySet:
        if self.kind:
            reviews = reviews.filter(content_type=ContentType.objects.get_for_model(publishable_models()[self.kind]))
        if self.reason:
            reviews = reviews.filter(reason=self.reason)
        if self.region:
            reviews = reviews.filter(prefectures__contains=[self.region])
        if self.who:
            reviews = reviews.filter(claimed_by=user if self.who == "mine" else None)
        return reviews.filter(is_small=True) if self.small else reviews

    def fields(self) -> list[dict]:
        """The select boxes: name, label, choices and what is chosen."""
        return [
            {"name": name, "label": label, "choices": list(choices(name).items()), "chosen": getattr(self, name)}
            for name, label in LABELS.items()
        ]


LABELS = {"kind": "種類", "reason": "申請の種類", "region": "都道府県", "who": "担当", "small": "変更の大きさ"}


def choices(name: str) -> dict[str, str]:
    """What may be chosen for a filter: values in the address and how they are called."""
    if name == "kind":
        return {kind: str(model._meta.verbose_name) for kind, model in publishable_models().items()}
    if name == "region":
        return {region.code: region.name for region in (registry.nation(), *registry.prefectures())}
    return {"reason": dict(ReviewReason.choices), "who": WHO, "small": {"1": "小さな変更だけ"}}[name]


def read(data: QueryDict) -> QueueFilter:
    """The filter that an address asks for."""
    known, notices = {}, []
    for name, label in LABELS.items():
        value = data.get(name, "").strip()
        if value in choices(name):
            known[name] = value
        elif value:
            shown = value[:LONGEST_SHOWN_VALUE] + ("…" if len(value) > LONGEST_SHOWN_VALUE else "")
            notices.append(f"{label}「{shown}」は分からないため、この条件を外して表示しています。")
    return QueueFilter(**known, notices=tuple(notices))
