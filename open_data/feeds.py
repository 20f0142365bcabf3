"""The newest of a list as Atom and as JSON Feed 1.1."""

import json
from datetime import datetime

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from open_data.dataset import LICENCE_URL, Row
from open_data.lists import Asked

NEWEST = 50


def rows_of(asked: Asked) -> list[Row]:
    dataset = asked.list.dataset
    return [dataset.short_row(item) for item in dataset.items(asked.list.newest(asked.address, NEWEST))]


class _Feed(Atom1Feed):
    """With a moment of its own, so that an empty feed stays the same, too."""

    def latest_post_date(self):
        return self.feed["changed_at"]


def atom(asked: Asked, rows: list[Row], changed_at: datetime) -> str:
    dataset = asked.list.dataset
    feed = _Feed(
        title=f"{asked.title}｜{settings.SITE_NAME}",
        link=asked.page_url,
        description=None,
        subtitle=dataset.about,
        language="ja",
        author_name=settings.SITE_NAME,
        author_link=settings.SITE_URL,
        feed_url=asked.file_url("atom"),
        feed_copyright=f"PDL1.0 {LICENCE_URL}",
        changed_at=changed_at,
    )
    for row in rows:
        feed.add_item(
            title=row[dataset.title_key],
            link=row["url"],
            unique_id=row["url"],
            # Atom's summaries are HTML.
            description=escape(row["summary"] or ""),
            author_name=row.get("organization"),
            pubdate=datetime.fromisoformat(row["published_at"]),
            updateddate=datetime.fromisoformat(row["updated_at"]),
            categories=row["theme_names"],
        )
    return feed.writeString("utf-8")


def json_feed(asked: Asked, rows: list[Row]) -> str:
    dataset = asked.list.dataset
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{asked.title}｜{settings.SITE_NAME}",
        "home_page_url": asked.page_url,
        "feed_url": asked.file_url("json"),
        "description": dataset.about,
        "language": "ja",
        "authors": [{"name": settings.SITE_NAME, "url": settings.SITE_URL}],
        "items": [_json_item(row, dataset.title_key) for row in rows],
    }
    return json.dumps(feed, ensure_ascii=False)


def _json_item(row: Row, title_key: str) -> dict:
    item = {
        "id": row["url"],
        "url": row["url"],
        "title": row[title_key],
        "content_text": row["summary"] or "",
        "date_published": row["published_at"],
        "date_modified": row["updated_at"],
        "tags": [*row["theme_names"], *row["keywords"]],
        # What the API tells of it, too.
        "_portal": row,
    }
    if organization := row.get("organization"):
        item["authors"] = [{"name": organization}]
    return item
