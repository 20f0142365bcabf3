"""What all kinds of open data share: how their public objects are read, and the columns every item has."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet
from taggit.models import Tag

from open_data.columns import Column, Type, Value
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, RegionKind

# So many objects are in the memory at once.
BATCH = 500
# Stands in no address but as a key.
SOME_KEY = 987654321
LICENCE = "公共データ利用規約（第1.0版）"
LICENCE_URL = "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"
LICENCE_WITH_SOURCES = f"{LICENCE}。出典に挙げた資料は、その資料の利用条件"

Row = dict[str, Value]


@dataclass(frozen=True)
class Dataset:
    """One kind of open data.

    ``name`` is its name in addresses and files, ``objects`` gives what is public with everything that the columns
    read, in a number of queries that does not grow. When one of ``search_kinds`` is written, its rows may be others.
    """

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    objects: Callable[[], QuerySet]
    search_kinds: tuple[str, ...] = ()
    # The government's data model after which its columns are called.
    data_model: str = ""
    # The column with what it is called.
    title_key: str = "title"

    @property
    def short_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.is_long)

    def row(self, item) -> Row:
        return {column.key: column.of(item) for column in self.columns}

    def short_row(self, item) -> Row:
        """The row without its long texts."""
        return {column.key: column.of(item) for column in self.short_columns}

    def items(self, pks: Iterable[Any]) -> Iterator[Model]:
        """The public ones of ``pks`` in their order, some at a time."""
        pks = iter(pks)
        while batch := list(islice(pks, BATCH)):
            found = self.objects().in_bulk(batch)
            yield from (found[pk] for pk in batch if pk in found)

    def all_items(self) -> Iterator[Model]:
        """All that is public in the order of the keys, some at a time."""
        items, last = self.objects().order_by("pk"), None
        while batch := list((items if last is None else items.filter(pk__gt=last))[:BATCH]):
            yield from batch
            last = batch[-1].pk


def with_places(items: QuerySet) -> QuerySet:
    """``items`` with the codes of their regions and the slugs of their themes."""
    model = items.model
    this = {model._meta.model_name: OuterRef("pk")}
    places = model.regions.through.objects.filter(**this).order_by("region_id")
    themes = model.themes.through.objects.filter(**this).order_by("theme__position")
    return items.annotate(
        region_codes=ArraySubquery(places.values("region_id")), theme_slugs=ArraySubquery(themes.values("theme__slug"))
    )


def with_tags(items: QuerySet) -> QuerySet:
    tags = Tag.objects.filter(**{items.model._meta.model_name: OuterRef("pk")}).order_by("name")
    return items.annotate(tag_list=ArraySubquery(tags.values("name")))


def keys_of(model: type[Model], this: str, other: str, items: QuerySet) -> ArraySubquery:
    """The keys of those of ``items`` that the many-to-many table ``model`` joins to the object of the outer query."""
    joined = model.objects.filter(**{this: OuterRef("pk"), f"{other}__in": items.order_by().values("pk")})
    return ArraySubquery(joined.order_by(f"{other}_id").values(f"{other}_id"))


def page_url(item) -> str:
    before, after = _page_pattern(type(item))
    return f"{settings.SITE_URL}{before}{item.pk}{after}"


@cache
def _page_pattern(model: type[Model]) -> tuple[str, str]:
    """What stands before and after the key in the address of a page: to ask for each took a third of all the time."""
    before, _, after = model(pk=SOME_KEY).get_absolute_url().partition(str(SOME_KEY))
    return before, after


def regions_of(item) -> list[Region]:
    return [registry.regions()[code] for code in item.region_codes]


def official_code(region: Region) -> str:
    """The six digits of a 全国地方公共団体コード; "" for 全国, which has none."""
    if region.code == NATION_CODE:
        return ""
    return region.local_government_code if region.kind == RegionKind.PREFECTURE else region.code


def theme_codes() -> dict[str, str]:
    return {slug: theme.name for slug, theme in registry.themes().items()}


def _licence(item) -> str:
    return LICENCE_WITH_SOURCES if getattr(item, "sources", "") else LICENCE


ID = Column(
    "id", "ID", "このサイトでの番号。同じ番号がほかの内容に使われることはありません", lambda item: item.pk,
    type=Type.NUMBER, example="12", is_required=True,
)  # fmt: skip
URL = Column(
    "url", "URL", "このサイトのページのアドレス。連絡先は、このページで確かめてください", page_url,
    type=Type.ADDRESS, example="https://example.lg.jp/cases/12/", is_required=True,
)  # fmt: skip
PLACES = (
    Column(
        "local_government_codes", "全国地方公共団体コード",
        "総務省の6桁のコード。都道府県は000で終わる5桁に検査数字を付けたもの。全国のものと、地域のないものは空欄",
        lambda item: [code for region in regions_of(item) if (code := official_code(region))],
        type=Type.TEXTS, example="131016;130001", is_required=True,
    ),
    Column(
        "regions", "地域コード", "このサイトの地域コード。00は全国、2桁は都道府県、6桁は市区町村・行政区",
        lambda item: item.region_codes, type=Type.TEXTS, example="131016;13",
    ),
    Column(
        "region_names", "地域", "地域の名称", lambda item: [region.full_name for region in regions_of(item)],
        type=Type.TEXTS, example="東京都千代田区;東京都",
    ),
)  # fmt: skip
THEMES = (
    Column(
        "themes", "分野コード", "分野の識別名。themes.csvを参照", lambda item: item.theme_slugs,
        type=Type.TEXTS, example="shopping;mobility",
    ),
    Column(
        "theme_names", "テーマ", "分野の名称",
        lambda item: [registry.themes()[slug].name for slug in item.theme_slugs],
        type=Type.TEXTS, example="買い物;移動（交通）",
    ),
)  # fmt: skip
TAGS = Column(
    "keywords", "キーワード", "自由に付けたタグ", lambda item: item.tag_list, type=Type.TEXTS, example="送迎;当番"
)
IS_SAMPLE = Column(
    "is_sample", "見本", "trueは、画面を確かめるための架空の内容", lambda item: item.is_sample,
    type=Type.YES_OR_NO, example="false", is_required=True,
)  # fmt: skip
LICENCES = (
    Column(
        "licence", "利用条件", "その行の利用条件。出典を書けば自由に利用できます", _licence,
        example=LICENCE, is_required=True,
    ),
    Column("licence_url", "利用条件のURL", "利用条件の全文", lambda item: LICENCE_URL, type=Type.ADDRESS,
           example=LICENCE_URL, is_required=True),
)  # fmt: skip
SOURCES = Column(
    "sources", "出典", "もとの資料。Markdownのリンクのことがあります", lambda item: item.source_lines(),
    type=Type.TEXTS, example="町の広報",
)  # fmt: skip
DATES = (
    Column("published_at", "公開日", "このサイトで公開した日時", lambda item: item.published_at,
           type=Type.MOMENT, example="2026-04-01T09:00:00+09:00", is_required=True),
    Column("confirmed_at", "最終確認日", "内容がいまも正しいと確かめた日", lambda item: item.confirmed_at,
           type=Type.DAY, example="2026-04-01"),
    Column("updated_at", "最終更新日", "最後に書き換えた日時", lambda item: item.updated_at,
           type=Type.MOMENT, example="2026-05-01T09:00:00+09:00", is_required=True),
)  # fmt: skip
# What every published item ends with.
OF_ITEMS = (*THEMES, TAGS, *PLACES, *DATES, IS_SAMPLE, SOURCES, *LICENCES)


def text(key: str, heading: str, about: str, example: str = "", **options) -> Column:
    """A column with the text of the field ``key``."""
    return Column(key, heading, about, lambda item: getattr(item, key), example=example, **options)


def long_text(key: str, heading: str, about: str, name: str = "") -> Column:
    """A column with the Markdown text of a field, which lists leave out."""
    return Column(
        key, heading, f"{about}（Markdown）", lambda item: getattr(item, name or key), example="文章", is_long=True
    )


def choice(key: str, heading: str, about: str, choices, **options) -> Column:
    """A column with the code of a choice; the dictionary has the table of its codes."""
    codes = {str(value): str(label) for value, label in choices}
    return text(key, heading, about, next(iter(codes)), codes=codes, **options)


def choice_name(key: str, heading: str, about: str, choices, name: str = "") -> Column:
    """A column with what the code in the field ``name`` means."""
    names = {str(value): str(label) for value, label in choices}
    name = name or key.removesuffix("_name")
    return Column(key, heading, about, lambda item: names.get(getattr(item, name)), example=next(iter(names.values())))


def organization_columns(heading: str) -> tuple[Column, ...]:
    """Those of the organization behind an item, fetched with it; its name only while the organization is public."""

    def public(item):
        return item.organization if item.organization.is_published else None

    return (
        Column("organization", heading, "団体の名称", lambda item: getattr(public(item), "name", None),
               example="支え合いの会"),
        Column("organization_id", f"{heading}のID", "organizations.csvのID",
               lambda item: getattr(public(item), "pk", None), type=Type.NUMBER, example="3"),
        Column("corporate_number", "法人番号", "団体の法人番号（13桁）。法人格のない団体は空欄",
               lambda item: getattr(public(item), "corporate_number", None), example="8000012010038"),
    )  # fmt: skip


ORGANIZATION_FIELDS = ("organization__name", "organization__status", "organization__corporate_number")
