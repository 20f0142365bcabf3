"""What to try when nothing was found: the search is loosened one step at a time, and says how."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from search.address import ListAddress
from search.choices import with_values
from search.counting import sizes
from search.matching import rarest_found
from search.query import NO_WORDS, Term
from search.request import Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE

# How many words a search for any of them takes; more gain nothing, see docs/search.md.
MOST_WORDS = 4


# The questions that an address asks, one for each kind of content.
Ask = Callable[[ListAddress], list[Request]]


@dataclass(frozen=True)
class Step:
    """A looser search to try: what to do, said as a link, what was done, and its address where it has one."""

    action: str
    sentence: str
    requests: list[Request]
    address: ListAddress | None = None


@dataclass(frozen=True)
class Relaxation(Step):
    """A looser search that does find something, with the number of hits of each of its questions."""

    totals: tuple[int, ...] = ()

    @property
    def request(self) -> Request:
        return self.requests[0]

    @property
    def total(self) -> int:
        return sum(self.totals)


def _with_words(request: Request, terms: tuple[Term, ...]) -> Request:
    return replace(request, query=replace(request.query, terms=terms))


def _looser_words(requests: list[Request]) -> Iterator[Step]:
    """The same words taken less strictly; none of these searches has an address of its own."""
    terms = requests[0].query.terms
    if not terms:
        return
    text = "」「".join(term.text for term in terms)
    open_ended = tuple(replace(term, open_ended=not term.literal) for term in terms)
    sentence = f"「{text}」で始まる言葉に広げて探しました。"
    yield Step("", sentence, [_with_words(request, open_ended) for request in requests])
    letters = tuple(term.text for term in terms)
    sentence = f"言葉の途中も含めて、「{text}」という文字を探しました。"
    yield Step("", sentence, [replace(_with_words(request, ()), letters=letters) for request in requests])
    if loose := loosest_of(requests):
        found = loose[0].query.terms
        words = "」「".join(term.text for term in found)
        how = "のどれかを含むものを、多く含む順に並べています。" if len(found) > 1 else "を含むものを表示しています。"
        yield Step("", f"「{words}」{how}", loose)


def loosest(request: Request) -> Request | None:
    """Any of the words, compounds taken apart, instead of all of them; None when there is but one.

    Only the rarest words that stand anywhere count, since what is asked in a sentence has
    many words that say little.
    """
    return next(iter(loosest_of([request])), None)


def loosest_of(requests: list[Request]) -> list[Request]:
    """The same for several questions with the same words, which are sought in all their kinds together."""
    parts = [part for term in requests[0].query.terms for part in (term.parts() or [term])]
    terms = rarest_found([request.kind for request in requests], parts, MOST_WORDS) if len(parts) > 1 else ()
    return [replace(_with_words(request, terms), any_word=True) for request in requests] if terms else []


def _step(what: str, verb: str, joined: str, looser: ListAddress, ask: Ask) -> Step:
    return Step(f"{what}{verb}", f"{what}{joined}、探しました。", ask(looser), looser)


def _fewer_filters(address: ListAddress, ask: Ask) -> Iterator[Step]:
    if address.kinds:
        yield _step("団体の種類の条件を", "外す", "外して", replace(address, kinds=(), page=1), ask)
    for facet, _ in address.choices:
        looser = replace(address, choices=with_values(address.choices, facet, ()), page=1)
        yield _step(f"{facet.label}の条件を", "外す", "外して", looser, ask)
    if address.themes:
        names = "」「".join(theme.name for theme in address.themes)
        yield _step(f"分野「{names}」を", "外す", "外して", replace(address, themes=(), page=1), ask)
    is_narrowed = address.region and address.order != Sort.SIMILAR
    if is_narrowed:
        yield from _wider_regions(address, ask)
    if is_narrowed and address.themes:
        yield _step("地域と分野を", "外す", "外して", replace(address, region=None, themes=(), page=1), ask)


def _wider_regions(address: ListAddress, ask: Ask) -> Iterator[Step]:
    for code in registry.region_path(address.region.code)[1:]:
        wider = None if code == NATION_CODE else registry.regions()[code]
        what = f"地域を「{address.region.full_name}」から「{wider.full_name if wider else '全国'}」に"
        yield _step(what, "広げる", "広げて", replace(address, region=wider, page=1), ask)


def _fewer_words(address: ListAddress, ask: Ask) -> Iterator[Step]:
    terms = address.query.terms
    if len(terms) > 1:
        for term in reversed(terms):
            rest = address.query.without(term)
            rest = replace(rest, text=" ".join(other.text for other in rest.terms))
            yield _step(f"言葉「{term.text}」を", "外す", "外して", replace(address, query=rest, page=1), ask)
    if terms and address.has_filters:
        looser = replace(address, query=NO_WORDS, page=1)
        yield _step(f"言葉「{address.query.text}」を", "外す", "外して", looser, ask)


def relax(address: ListAddress, request: Request) -> list[Relaxation]:
    """The looser searches in one kind of content, whose question is ``request``."""
    return relax_all(address, lambda looser: [looser.request(request.kind)])


def relax_all(address: ListAddress, ask: Ask) -> list[Relaxation]:
    """The looser searches that find something, the closest first.

    Looser spellings are tried only until one finds something; of the searches with fewer
    conditions each that finds something is returned, so that people can choose.
    """
    spellings = (_that_find([step]) for step in _looser_words(ask(address)))
    words = next(filter(None, spellings), [])
    return [*words, *_that_find([*_fewer_filters(address, ask), *_fewer_words(address, ask)])]


def _that_find(steps: list[Step]) -> list[Relaxation]:
    """Those of the steps that find something; all are counted in one statement."""
    counted = iter(sizes([request for step in steps for request in step.requests]))
    tried = [(step, tuple(islice(counted, len(step.requests)))) for step in steps]
    return [
        Relaxation(step.action, step.sentence, step.requests, step.address, found)
        for step, found in tried
        if any(found)
    ]
