"""Which 分野 no case tells of, prefecture by prefecture. In the order of the codes: this is no ranking."""

from django.db import connection
from django.urls import reverse

from cases.models import CaseStudy
from insights.panels import Figure, Link, Panel, Question, Table, register
from search import facet_codes
from taxonomy import registry
from taxonomy.models import Region

# Entries with the same facets are counted together first: there are far fewer of those.
_CELLS = """
    SELECT theme, place, sum(number)::int
    FROM (SELECT counted, count(*) AS number FROM search_entry WHERE kind = %(kind)s GROUP BY counted) AS alike,
         unnest(counted) AS theme, unnest(counted) AS place
    WHERE theme >= %(first_theme)s AND theme < %(end_of_themes)s
      AND place >= %(first_place)s AND place < %(end_of_places)s
    GROUP BY theme, place
"""


@register("cells", "分野と都道府県の組み合わせ", is_local=True)
def cells(asked: Question) -> Panel:
    found = _counted()
    places = [place for place in registry.prefectures() if asked.prefecture in ("", place.code)]
    rows = [
        [theme.name, *(found.get((slug, place.code), 0) for place in places)]
        for slug, theme in registry.themes().items()
    ]
    missing = [(place, names) for place in places if (names := _missing(found, place))]
    empty = sum(len(names) for _, names in missing)
    tables = [
        Table(
            "empty",
            "まだ事例のない組み合わせ",
            ["都道府県", "まだ事例のない分野"],
            [[place.name, "、".join(names)] for place, names in missing],
            empty="すべての組み合わせに事例があります。",
            is_open=bool(asked.prefecture),
        ),
        Table(
            "counts",
            "分野と都道府県ごとの事例の数",
            ["分野", *(place.name for place in places)],
            rows,
            is_open=True,
            is_matrix=not asked.prefecture,
        ),
    ]
    notes = [
        "都道府県の中の市区町村の事例も入ります。全国を場所とする事例は、どの都道府県にも数えません。",
        "事例が載っていないことは、取り組みがないことを意味しません。都道府県を比べるための表ではありません。",
    ]
    return Panel(
        figures=[Figure("まだ事例のない組み合わせ", empty, f"／{len(rows) * len(places):,}")],
        tables=tables,
        links=[Link("事例の一覧", reverse("cases:list") + (f"?region={asked.prefecture}" if asked.prefecture else ""))],
        notes=notes,
    )


def _missing(found: dict[tuple[str, str], int], place: Region) -> list[str]:
    return [theme.name for slug, theme in registry.themes().items() if (slug, place.code) not in found]


def _counted() -> dict[tuple[str, str], int]:
    """How many cases, by theme and prefecture; combinations without any are left out."""
    themes = {facet_codes.of_theme(slug): slug for slug in registry.themes()}
    places = {facet_codes.of_prefecture(place.code): place.code for place in registry.prefectures()}
    parameters = {
        "kind": CaseStudy.search_kind,
        "first_theme": facet_codes.THEMES.start,
        "end_of_themes": facet_codes.THEMES.stop,
        "first_place": facet_codes.PREFECTURES.start,
        "end_of_places": facet_codes.PREFECTURES.stop,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, parameters)
        return {(themes[theme], places[place]): number for theme, place, number in cursor.fetchall() if theme in themes}
