"""見本: invented content that shows what the pages look like when they are lived in.

Of cases and organizations everything but the day of the last confirmation is the same at every load: places, years,
stages and dates follow from the order in the data files. The days of policies count from the day of loading.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cases.models import CaseStudy, Stage
from events.models import Event
from forum.models import Post, Topic
from organizations.models import Organization, Scope
from platform_site.models import LoadedContent
from policies.models import Policy
from search import generation
from search.models import Entry
from taxonomy import registry
from taxonomy.models import MUNICIPALITY_KINDS, NATION_CODE, Region

MARK = "【見本】"
PREFIX = "sample:"
DATA = Path(__file__).parent
FIRST_DAY = date(2024, 4, 1)
DAYS_BETWEEN = 9
APRIL = 4


def organizations() -> dict[str, dict]:
    """Fields of the organizations by key."""
    return {row.pop("key"): _organization(row) for row in _read("sample_organizations.toml", "organizations")}


def cases() -> dict[str, tuple[str, str | None, dict]]:
    """By key: the key of the organization, the key of the case it follows, and the fields."""
    prefectures = {row["key"]: row["places"] for row in _read("sample_organizations.toml", "organizations")}
    found = {}
    for number, row in enumerate(_read("sample_cases.toml", "cases")):
        title, organization_keys = row.pop("title"), row.pop("organizations")
        for copy, organization in enumerate(organization_keys):
            # The second place of a third of the cases says that it learned from the first one.
            origin = f"{number:02}-0" if copy and number % 3 == 0 else None
            index = 2 * number + copy
            place = _municipality(prefectures[organization], index)
            texts = row if origin else {name: text for name, text in row.items() if name != "changed"}
            found[f"{number:02}-{copy}"] = (organization, origin, _case(index, title, place, texts))
            # The organization's next case lies in its next prefecture.
            prefectures[organization] = [*prefectures[organization][1:], prefectures[organization][0]]
    return found


def policies() -> dict[str, tuple[str, str | None, list[str], dict]]:
    """By key: the keys of the organization, of the edition before and of the cases that used it, and the fields."""
    today, found = timezone.localdate(), {}
    for row in _read("sample_policies.toml", "policies"):
        key, organization = row.pop("key"), row.pop("organization")
        before, used_by = row.pop("predecessor", None), row.pop("cases", [])
        found[key] = (organization, before, used_by, _policy(row, today))
    return found


def events() -> dict[str, tuple[str, list[str], list[str], dict]]:
    """By key: the keys of the organization, of those that help it and of the cases it told of, and the fields."""
    today, found = timezone.localdate(), {}
    for row in _read("sample_events.toml", "events"):
        key, organization = row.pop("key"), row.pop("organization")
        helpers, cases = row.pop("co_organizers", []), row.pop("cases", [])
        found[key] = (organization, helpers, cases, _event(row, today))
    return found


def _read(file_name: str, name: str) -> list[dict]:
    return tomllib.loads((DATA / file_name).read_text(encoding="utf-8"))[name]


def _organization(row: dict) -> dict:
    places, is_national = row.pop("places"), row.pop("is_national", False)
    return {
        **row,
        "name": MARK + row["name"],
        "scope": Scope.NATIONAL if is_national else Scope.REGIONAL,
        "regions": [NATION_CODE] if is_national else places,
        "is_sample": True,
    }


def _municipality(prefectures: list[str], index: int) -> Region:
    """One of the first prefecture's municipalities, another one for each index."""
    municipalities = [
        region
        for code, region in registry.regions().items()
        if code.startswith(prefectures[0]) and region.kind in MUNICIPALITY_KINDS
    ]
    return municipalities[index * 7 % len(municipalities)]


def _case(index: int, title: str, region: Region, texts: dict) -> dict:
    day = FIRST_DAY + timedelta(days=index * DAYS_BETWEEN)
    fields = {
        name: text.replace("{place}", region.name) if isinstance(text, str) else text for name, text in texts.items()
    }
    return {
        **fields,
        "title": f"{MARK}{title}（{region.name}）",
        "regions": [region.code],
        "stage": [Stage.RUNNING, Stage.RUNNING, Stage.TRIAL, Stage.RUNNING, Stage.PLANNED, Stage.ENDED][index % 6],
        "started_year": None if index % 7 == 3 else 2014 + index * 5 % 11,
        "published_at": timezone.make_aware(datetime.combine(day, time(9))),
        # Most were confirmed of late; every tenth shows what it looks like when nobody answers.
        "confirmed_at": day if index % 10 == 9 else timezone.localdate() - timedelta(days=5 * index),
        "is_sample": True,
    }


def _policy(row: dict, today: date) -> dict:
    # A fiscal year begins in April.
    this_year = today.year if today.month >= APRIL else today.year - 1
    year, opens, closes = row.pop("year", 0), row.pop("opens", None), row.pop("closes", None)
    return {
        **row,
        "title": MARK + row["title"],
        "fiscal_year": this_year + year,
        "opens_on": None if opens is None else today + timedelta(days=opens),
        "closes_on": None if closes is None else today + timedelta(days=closes),
        "is_sample": True,
    }


def _event(row: dict, today: date) -> dict:
    day, until, months = row.pop("day", 0), row.pop("until", None), row.pop("month", 0)
    start, end = row.pop("start", None), row.pop("end", None)
    opens, closes = row.pop("opens", None), row.pop("closes", None)
    first = last = today + timedelta(days=day)
    if until is not None:
        last = today + timedelta(days=until)
    if months:
        first = (today.replace(day=1) + timedelta(days=31 * months)).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {
        **row,
        "title": MARK + row["title"],
        "start_date": first,
        "end_date": last,
        "start_time": time.fromisoformat(start) if start else None,
        "end_time": time.fromisoformat(end) if end else None,
        "only_month_known": bool(months),
        "application_opens_on": None if opens is None else today + timedelta(days=opens),
        "application_closes_on": None if closes is None else today + timedelta(days=closes),
        "is_sample": True,
    }


def _forget_posts(records) -> None:
    """Take the posts of sample topics out of the index; they go with their topics."""
    topics = records.filter(content_type__model=Topic._meta.model_name).values_list("object_id", flat=True)
    posts = Post.objects.filter(topic__in=list(topics)).values_list("pk", flat=True)
    Entry.objects.filter(kind=Post.search_kind, object_id__in=list(posts)).delete()
    generation.advance(Post.search_kind)


@transaction.atomic
def remove() -> int:
    """Take away exactly what was loaded, with all that hangs on it and its search entries; returns how many objects.

    Raises ProtectedError when content that people wrote belongs to a sample organization.
    """
    records = LoadedContent.objects.filter(key__startswith=PREFIX)
    count = 0
    _forget_posts(records)
    for model in (Topic, CaseStudy, Policy, Event, Organization):
        keys = list(records.filter(content_type__model=model._meta.model_name).values_list("object_id", flat=True))
        Entry.objects.filter(kind=model.search_kind, object_id__in=keys).delete()
        # The generic relations take audit trail, reviews, documents and the like along.
        count += model.objects.filter(pk__in=keys).delete()[1].get(model._meta.label, 0)
        generation.advance(model.search_kind)
    records.delete()
    return count
