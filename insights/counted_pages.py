"""Which addresses are counted when somebody reads them, and as what."""

from dataclasses import dataclass

from insights.models import PAGE


@dataclass(frozen=True)
class Counted:
    """``kind`` and the number in the address for an item; else the name of the page."""

    kind: str
    argument: str = ""
    # How the secretariat reads it.
    label: str = ""


_counted: dict[str, Counted] = {}


def count_item(view_name: str, kind: str, argument: str = "pk") -> None:
    """Count the pages of items that the search index knows as ``kind``, as long as they are listed there."""
    _counted[view_name] = Counted(kind, argument)


def count_page(view_name: str, label: str) -> None:
    """Count a page, or all pages of one address pattern together, under the name of the address."""
    _counted[view_name] = Counted(PAGE, label=label)


def counted_as(view_name: str) -> Counted | None:
    return _counted.get(view_name)


def label_of(view_name: str) -> str:
    """Of a page that is no longer counted, its name in the code."""
    known = _counted.get(view_name)
    return known.label if known else view_name


for app, kind in (("cases", "case"), ("policies", "policy"), ("events", "event"), ("organizations", "organization")):
    count_item(f"{app}:detail", kind)
count_item("forum:topic", "topic")
for view_name, label in {
    "cases:list": "事例の一覧",
    "policies:list": "施策・予算の一覧",
    "policies:standard_amount": "標準額の試算",
    "events:list": "イベントの一覧",
    "events:past": "終わったイベント",
    "events:archive": "動画と記録",
    "events:calendar": "イベントのカレンダー",
    "organizations:list": "団体の一覧",
    "forum:list": "交流掲示板",
    "forum:unanswered": "答えを待っている相談",
    "search:all": "サイト内検索",
}.items():
    count_page(view_name, label)
