"""The ways of searching that are compared: the engine as a visitor meets it, and two simple baselines."""

from collections.abc import Callable
from itertools import pairwise

from search.actions import readable_text
from search.address import ListAddress
from search.analysis import fold
from search.counting import counts
from search.matching import page_of_hits
from search.quality.collection import KIND, Collection, Document
from search.query import parse
from search.relaxing import relax
from search.request import Request

# More than any query of the collection finds: whole sets are compared with it.
EVERYTHING = 1000

Method = Callable[[str], list[int]]


def hits(request: Request) -> list[int]:
    """All hits, asked for as the list page does: counted first."""
    total = counts(request).total
    return [hit.object_id for hit in page_of_hits(request, 0, EVERYTHING, total)] if total else []


def strict(collection: Collection, text: str) -> list[int]:
    """What the engine finds before anything is loosened, in its order."""
    query = parse(text, collection.synonyms)
    return [] if query.is_empty else hits(Request(KIND, query))


def loosened(collection: Collection, text: str) -> list[int]:
    """What a visitor sees: the strict result, else the first looser search that finds something."""
    query = parse(text, collection.synonyms)
    if query.is_empty:
        return []
    address = ListAddress(query=query)
    request = address.request(KIND)
    if found := hits(request):
        return found
    relaxations = relax(address, request)
    return hits(relaxations[0].request) if relaxations else []


def _typed_words(text: str) -> tuple[list[str], list[str]]:
    """The words between spaces, wanted and excluded, as a plain search box reads them."""
    words = [word.strip('「」"、。?!') for word in fold(text).casefold().split()]
    return [w for w in words if w and not w.startswith("-")], [w[1:] for w in words if w.startswith("-")]


def _text(document: Document) -> str:
    text = document.search_text()
    return readable_text([text.title, *text.key, *text.body]).casefold()


def _newest_first(documents: list[Document]) -> list[int]:
    return [document.pk for document in sorted(documents, key=lambda document: document.published_at, reverse=True)]


def substring(collection: Collection, text: str) -> list[int]:
    """Every typed word literally in the text: SQL's LIKE."""
    wanted, excluded = _typed_words(text)
    return _newest_first(
        [
            document
            for document in collection.documents
            if all(word in _text(document) for word in wanted) and not any(word in _text(document) for word in excluded)
        ]
    )


def _pairs(text: str) -> set[str]:
    return {first + second for first, second in pairwise(text)} or {text}


def bigrams(collection: Collection, text: str) -> list[int]:
    """Every pair of neighbouring characters of every typed word somewhere in the text."""
    wanted, excluded = _typed_words(text)
    pairs = {pair for word in wanted for pair in _pairs(word)}
    found = [
        document
        for document in collection.documents
        if pairs <= _pairs(_text(document)) and not any(word in _text(document) for word in excluded)
    ]
    return _newest_first(found)


METHODS = {
    "engine, strict": strict,
    "engine, loosened": loosened,
    "substring AND": substring,
    "character bigrams AND": bigrams,
}
