"""What to try when nothing was found: the search is loosened one step at a time, and says how."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from search.address import ListAddress
from search.choices import with_values
from search.counting import total
from search.matching import rarest_found
from search.query import NO_WORDS, Term
from search.request import Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE

# How many words a search for any of them takes; more gain nothing, see docs/search.md.
MOST_WORDS = 4


@dataclass(frozen=True)
class Relaxation:
    """A looser search that does find something: what to do, said as a link, and what was done."""

    action: str
    sentence: str
    request: Request
    total: int
    address: ListAddress | None = None


# Action, sentence, the looser question, and its address where it has one.
Step = tuple[str, str, Request, ListAddress | None]


def _steps(address: ListAddress, request: Request) -> Iterator[Step]:
    yield from _looser_words(request)
    yield from _fewer_filters(address, request.kind)
    yield from _fewer_words(address, request.kind)


def _with_words(request: Request, terms: tuple[Term, ...]) -> Request:
    return replace(request, query=replace(request.query, terms=terms))


def _looser_words(request: Request) -> Iterator[Step]:
    """The same words taken less strictly; none of these searches has an address of its own."""
    terms = request.query.terms
    if not terms:
        return
    text = "」「".join(term.text for term in terms)
    open_ended = tuple(replace(term, open_ended=not term.literal) for term in terms)
    yield "", f"「{text}」で始まる言葉に広げて探しました。", _with_words(request, open_ended), None
    letters = replace(_with_words(request, ()), letters=tuple(term.text for term in terms))
    yield "", f"言葉の途中も含めて、「{text}」という文字を探しました。", letters, None
    if loose := loosest(request):
        words = "」「".join(term.text for term in loose.query.terms)
        several = len(loose.query.terms) > 1
        how = "のどれかを含むものを、多く含む順に並べています。" if several else "を含むものを表示しています。"
        yield "", f"「{words}」{how}", loose, None


def loosest(request: Request) -> Request | None:
    """Any of the words, compounds taken apart, instead of all of them; None when there is but one.

    Only the rarest words that stand anywhere count, since what is asked in a sentence has
    many words that say little.
    """
    parts = [part for term in request.query.terms for part in (term.parts() or [term])]
    terms = rarest_found(request.kind, parts, MOST_WORDS)
    if len(parts) < 2 or not terms:
        return None
    return replace(_with_words(request, terms), any_word=True)


def _step(what: str, verb: str, joined: str, looser: ListAddress, kind: str) -> Step:
    return f"{what}{verb}", f"{what}{joined}、探しました。", looser.request(kind), looser


def _fewer_filters(address: ListAddress, kind: str) -> Iterator[Step]:
    if address.kinds:
        yield _step("団体の種類の条件を", "外す", "外して", replace(address, kinds=(), page=1), kind)
    for facet, _ in address.choices:
        looser = replace(address, choices=with_values(address.choices, facet, ()), page=1)
        yield _step(f"{facet.label}の条件を", "外す", "外して", looser, kind)
    if address.themes:
        names = "」「".join(theme.name for theme in address.themes)
        yield _step(f"分野「{names}」を", "外す", "外して", replace(address, themes=(), page=1), kind)
    is_narrowed = address.region and address.order != Sort.SIMILAR
    if is_narrowed:
        yield from _wider_regions(address, kind)
    if is_narrowed and address.themes:
        yield _step("地域と分野を", "外す", "外して", replace(address, region=None, themes=(), page=1), kind)


def _wider_regions(address: ListAddress, kind: str) -> Iterator[Step]:
    for code in registry.region_path(address.region.code)[1:]:
        wider = None if code == NATION_CODE else registry.regions()[code]
        what = f"地域を「{address.region.full_name}」から「{wider.full_name if wider else '全国'}」に"
        yield _step(what, "広げる", "広げて", replace(address, region=wider, page=1), kind)


def _fewer_words(address: ListAddress, kind: str) -> Iterator[Step]:
    terms = address.query.terms
    if len(terms) > 1:
        for term in reversed(terms):
            rest = address.query.without(term)
            rest = replace(rest, text=" ".join(other.text for other in rest.terms))
            yield _step(f"言葉「{term.text}」を", "外す", "外して", replace(address, query=rest, page=1), kind)
    if terms and address.has_filters:
        looser = replace(address, query=NO_WORDS, page=1)
        yield _step(f"言葉「{address.query.text}」を", "外す", "外して", looser, kind)


def relax(address: ListAddress, request: Request) -> list[Relaxation]:
    """The looser searches that find something, the closest first.

    Looser spellings are tried only until one finds something; of the searches with fewer
    conditions each that finds something is returned, so that people can choose.
    """
    found = []
    for action, sentence, looser, looser_address in _steps(address, request):
        if looser_address is None and found:
            continue
        if looser_total := total(looser):
            found.append(Relaxation(action, sentence, looser, looser_total, looser_address))
    return found
