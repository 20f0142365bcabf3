"""How an object looks in lists and on its page, rendered once when it is written, not each time it is read.

A list of twenty then needs no objects and no templates, only the twenty texts. The template
is ``<app>/_<search kind>_card.html``; the body of an object's own page comes in the same way
from ``<app>/_<search kind>_page.html``. After a change of either run ``rebuild_search``; ``make run``
does so by itself (`search.recipe`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from html import escape
from operator import or_

from django.db.models import Q
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from search.highlighting import cut_around, highlight
from search.models import EntryText
from search.query import NO_WORDS, Query
from taxonomy import registry

# Escaped text cannot contain a comment, so nothing a person wrote can be taken for a slot.
TITLE_SLOT = mark_safe("<!--title-->")
EXCERPT_SLOT = mark_safe("<!--excerpt-->")
# Where a stored page leaves room, below its heading, for what hangs on the day it is read.
NOW_SLOT = mark_safe("<!--now-->")


@dataclass(frozen=True)
class Hit:
    """One entry that was found, with its card."""

    object_id: int
    title: str
    excerpt: str
    html: str
    # Whether the words stand in the title or the key texts, in whatever spelling.
    is_prominent: bool = False


@dataclass(frozen=True)
class Found:
    """What the card template finds as ``.hit`` of its object."""

    places: str
    themes_html: SafeString
    title_html: SafeString = TITLE_SLOT
    excerpt_html: SafeString = EXCERPT_SLOT


def _places(codes: list[str]) -> str:
    """The first two regions by name, and whether there are more."""
    names = "・".join(registry.regions()[code].full_name for code in codes[:2])
    return f"{names}ほか" if len(codes) > 2 else names


@lru_cache(maxsize=5_000)
def _theme_chips(slugs: tuple[str, ...]) -> SafeString:
    themes = [registry.themes()[slug] for slug in slugs]
    return render_to_string("components/theme_chips.html", {"themes": themes[:3], "more": len(themes) - 3})


registry.on_clear(_theme_chips.cache_clear)


def template_of(model, name: str) -> str:
    return f"{model._meta.app_label}/_{model.search_kind}_{name}.html"


def render_card(item, regions: Iterable[str], themes: Iterable[str]) -> str:
    """The card of ``item``, fetched with `for_list`, with slots for title and excerpt."""
    item.hit = Found(_places(list(regions)), _theme_chips(tuple(themes)))
    return get_template(template_of(item, "card")).render({item.search_kind: item})


def render_page(item, *, is_preview: bool = False) -> str:
    """What is the same for every reader of the page of ``item``, fetched with `for_detail`.

    What machines read goes with what everybody may read and is true: neither with previews nor with samples.
    """
    context = {
        item.search_kind: item,
        "regions": [registry.regions()[code] for code in item.region_codes],
        "themes": [registry.themes()[slug] for slug in item.theme_slugs],
        # The subject of an inquiry holds 100 characters.
        "short_title": Truncator(str(item)).chars(50),
        "now_slot": NOW_SLOT,
        "is_for_machines": item.is_published and not item.is_sample and not is_preview,
    }
    return get_template(template_of(item, "page")).render(context)


def filled(hits: Iterable[Hit], kind: str, query: Query = NO_WORDS) -> list[SafeString]:
    """The cards of ``hits`` with what the query found marked.

    Where neither title nor summary shows why something was found, a piece of its text does.
    """
    return filled_of_kinds([(kind, hits)], query)[0]


def filled_of_kinds(found: list[tuple[str, Iterable[Hit]]], query: Query) -> list[list[SafeString]]:
    """The same for the hits of several kinds, with all the pieces fetched in one statement."""
    if query.is_empty:
        return [[filled_with(hit, escape(hit.title), escape(hit.excerpt)) for hit in hits] for _, hits in found]
    marked = [(kind, [(hit, *_marked(hit, query)) for hit in hits]) for kind, hits in found]
    unexplained = {
        (kind, hit.object_id) for kind, those in marked for hit, title, excerpt in those if not (title[1] or excerpt[1])
    }
    pieces = _pieces(unexplained, query) if unexplained else {}
    return [
        [filled_with(hit, title, pieces.get((kind, hit.object_id), excerpt)) for hit, (title, _), (excerpt, _) in those]
        for kind, those in marked
    ]


def filled_with(hit: Hit, title: str, excerpt: str) -> SafeString:
    """The card of ``hit`` with HTML that the caller has escaped for its title and its excerpt."""
    return mark_safe(hit.html.replace(TITLE_SLOT, title).replace(EXCERPT_SLOT, excerpt))  # noqa: S308 (escaped)


def _marked(hit: Hit, query: Query) -> tuple[tuple[SafeString, bool], tuple[SafeString, bool]]:
    """Title and excerpt with the words marked; analysed for other spellings only if those must be there."""
    title, excerpt = highlight(hit.title, query), highlight(hit.excerpt, query)
    if hit.is_prominent and not (title[1] or excerpt[1]):
        return highlight(hit.title, query, in_any_spelling=True), highlight(hit.excerpt, query, in_any_spelling=True)
    return title, excerpt


def _pieces(wanted: set[tuple[str, int]], query: Query) -> dict[tuple[str, int], SafeString]:
    ids = {kind: [pk for its, pk in wanted if its == kind] for kind, _ in wanted}
    conditions = [Q(entry__kind=kind, entry__object_id__in=pks) for kind, pks in sorted(ids.items())]
    texts = EntryText.objects.filter(reduce(or_, conditions))
    rows = texts.values_list("entry__kind", "entry__object_id", "text")
    cut = (((kind, pk), cut_around(text, query)) for kind, pk, text in rows)
    return {key: highlight(piece, query)[0] for key, piece in cut if piece}
