"""The address of a list: what its parameters mean, and the addresses one click away.

Parameters are the same on every list: ``q``, ``region`` (a code), ``theme`` (slug,
repeatable), ``kind`` (of organization, repeatable), ``sort``, ``page``; a list may add facets of
its own. Whatever stands in them, reading never raises: what cannot be understood is left out and named in
`notices`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from search.analysis import fold
from search.choices import ChoiceFacet, Chosen
from search.matching import synonyms
from search.query import NO_WORDS, Query, parse
from search.request import Period, Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, RegionKind, Theme

LONGEST_SHOWN_VALUE = 20
LONGEST_WORDS = 80
PLACEHOLDER = "__"
NO_WORDS_IN_TEXT = (
    "入力された文字からは、探す言葉を読み取れませんでした。ひらがな・カタカナ・漢字・英数字で入力してください。"
)


@dataclass(frozen=True)
class UrlPattern:
    before: str
    after: str

    def __call__(self, value: str) -> str:
        return f"{self.before}{value}{self.after}"


@dataclass(frozen=True)
class ListAddress:
    query: Query = NO_WORDS
    region: Region | None = None
    themes: tuple[Theme, ...] = ()
    kinds: tuple[str, ...] = ()
    choices: tuple[Chosen, ...] = ()
    sort: str = Sort.RELEVANCE
    page: int = 1
    # What the list itself asks for, whatever its parameters say.
    default_sort: str = Sort.RELEVANCE
    period: Period | None = None
    always: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notices: tuple[str, ...] = field(default=(), compare=False)
    # Sentences about the conditions that could not be understood: machines are refused with them.
    misread: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_filtered(self) -> bool:
        return bool(self.query.text or self.has_filters)

    @property
    def has_filters(self) -> bool:
        return bool(self.region or self.themes or self.kinds or self.choices)

    @property
    def is_for_search_engines(self) -> bool:
        """Whether a list is worth finding by itself: all of it, or that of one region or one theme, in its own order.

        Every other combination shows the same things once more: there are millions of them.
        """
        is_narrow = self.query.text or self.kinds or self.choices or (self.region and self.themes)
        return not is_narrow and len(self.themes) < 2 and self.sort == self.default_sort

    def request(self, kind: str) -> Request:
        """The address as a question to the index about one kind of content."""
        return Request(
            kind,
            query=self.query,
            region=self.region.code if self.region else "",
            themes=tuple(theme.slug for theme in self.themes),
            organization_kinds=self.kinds,
            choices=(*((facet.name, values) for facet, values in self.choices), *self.always),
            sort=self.order,
            period=self.period,
        )

    @property
    def order(self) -> str:
        """`sort`; the list's own where that order needs a municipality and none is chosen."""
        needs_town = self.sort == Sort.SIMILAR
        return self.default_sort if needs_town and not (self.region and self.region.is_municipal) else self.sort

    def parameters(self) -> list[tuple[str, str]]:
        parameters = [("q", self.query.text)] if self.query.text else []
        if self.region:
            parameters.append(("region", self.region.code))
        parameters += [("theme", theme.slug) for theme in self.themes]
        parameters += [("kind", kind) for kind in self.kinds]
        parameters += [(facet.name, value) for facet, values in self.choices for value in values]
        if self.order != self.default_sort:
            parameters.append(("sort", self.order))
        if self.page > 1:
            parameters.append(("page", str(self.page)))
        return parameters

    @property
    def in_words(self) -> str:
        """What is asked for, short, as the name of a file or a calendar begins: 「長野県・移動」; "" for everything."""
        parts = [self.region.full_name] if self.region and self.region.code != NATION_CODE else []
        parts += [theme.name for theme in self.themes]
        parts += [f"「{self.query.text}」"] if self.query.text else []
        parts += [facet.names[value] for facet, values in self.choices for value in values]
        words = "・".join(parts)
        return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "…"

    @property
    def for_all_kinds(self) -> "ListAddress":
        """Without what only one list knows."""
        return ListAddress(self.query, self.region, self.themes, self.kinds)

    def url(self, **changes) -> str:
        """The address with ``changes``, on its first page unless a page is named."""
        parameters = replace(self, **{"page": 1, **changes}).parameters()
        return f"?{urlencode(parameters)}" if parameters else "?"

    def urls(self, name: str, **with_placeholder) -> "UrlPattern":
        """The addresses that differ in one value: encoding each of a hundred links costs more than the search.

        ``with_placeholder`` sets the filter so that `PLACEHOLDER` stands for the value of the parameter ``name``.
        """
        # Signs of an address are encoded in what people type, so this cannot stand anywhere else.
        before, _, after = self.url(**with_placeholder).partition(f"{name}={PLACEHOLDER}")
        return UrlPattern(f"{before}{name}=", after)

    def toggled(self, name: str, value) -> str:
        """The address with ``value`` added to, or taken out of, the filter ``name``."""
        values = getattr(self, name)
        return self.url(**{name: tuple(v for v in values if v != value) if value in values else (*values, value)})


def read_choices(reader: "_Reader", facets: Iterable[ChoiceFacet]) -> tuple[Chosen, ...]:
    found = ((facet, reader.chosen(facet.name, facet.names, facet.label)) for facet in facets)
    return tuple((facet, values) for facet, values in found if values)


class _Reader:
    """Reads one address and collects what it could not understand."""

    def __init__(self, data: QueryDict):
        self.data, self.notices, self.misread = data, [], []

    def value(self, name: str) -> str:
        return fold(self.data.get(name, "")).strip()

    def values(self, name: str) -> list[str]:
        return list(dict.fromkeys(value for raw in self.data.getlist(name) if (value := fold(raw).strip())))

    def unknown(self, what: str, value: str) -> None:
        shown = value[:LONGEST_SHOWN_VALUE] + ("…" if len(value) > LONGEST_SHOWN_VALUE else "")
        self.misread.append(f"{what}「{shown}」は見つかりませんでした。")
        self.notices.append(f"{self.misread[-1]}この条件を外して探しています。")

    def query(self) -> Query:
        text = self.value("q")
        query = parse(text, synonyms()) if text else NO_WORDS
        if text and query.is_empty:
            self.misread.append(NO_WORDS_IN_TEXT)
            self.notices.append(NO_WORDS_IN_TEXT)
            return NO_WORDS
        if query.was_shortened:
            self.notices.append("言葉が長いため、はじめのほうだけを使って探しました。")
        return query

    def region(self) -> Region | None:
        code = self.value("region")
        municipality = self.value("municipality")
        if municipality.startswith(code) and municipality in registry.regions():
            code = municipality
        if not code:
            return None
        region = registry.region(code)
        if region is None:
            self.unknown("地域コード", code)
        return region

    def chosen(self, name: str, known: dict, what: str) -> tuple:
        found = []
        for value in self.values(name):
            if value in known:
                found.append(value)
            else:
                self.unknown(what, value)
        return tuple(found)

    def page(self) -> int:
        page = self.value("page")
        if not page:
            return 1
        if not re.fullmatch(r"[0-9]{1,9}", page) or int(page) < 1:
            self.notices.append("ページの番号を読み取れなかったため、はじめのページを表示しています。")
            return 1
        return int(page)


def read(
    data: QueryDict,
    kinds: dict[str, str],
    facets: Sequence[ChoiceFacet] = (),
    sorts: Sequence[str] = (Sort.RELEVANCE, Sort.NEWEST),
    default_sort: str = Sort.RELEVANCE,
) -> ListAddress:
    """Read the parameters of a list.

    ``kinds`` are the known kinds of organizations with their names, ``facets`` those that only this list has;
    one of them may be called ``kind`` where organizations have none. ``sorts`` are the orders the list knows.
    """
    reader = _Reader(data)
    has_own_kinds = any(facet.name == "kind" for facet in facets)
    sort = reader.value("sort")
    themes = reader.chosen("theme", registry.themes(), "分野")
    address = ListAddress(
        query=reader.query(),
        region=reader.region(),
        themes=tuple(registry.themes()[slug] for slug in themes),
        kinds=() if has_own_kinds else reader.chosen("kind", kinds, "団体の種類"),
        choices=read_choices(reader, facets),
        sort=sort if sort in sorts else default_sort,
        default_sort=default_sort,
        page=reader.page(),
    )
    # Twenty bad values need no twenty sentences.
    notices, misread = (tuple(dict.fromkeys(sentences))[:5] for sentences in (reader.notices, reader.misread))
    return replace(address, notices=notices, misread=misread)


def prefecture_of(region: Region | None) -> Region | None:
    """The prefecture a region is or lies in, None for 全国 and for no region."""
    if region is None or region.kind == RegionKind.NATION:
        return None
    return registry.regions()[region.prefecture_code]
