"""From what people type to what the index is asked: words, "phrases", -exclusions, synonyms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from search.analysis import adjacent, fold, runs

LONGEST_QUERY = 200
MOST_TERMS = 8

_PART = re.compile(r'(?P<minus>(?:(?<=\s)|^)[-−ー])?(?:["“”„‟](?P<phrase>[^"“”„‟]*)["“”„‟]?|(?P<word>[^\s"“”„‟]+))')

# Words that must stand next to each other.
Forms = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One thing that must be found: any of ``alternatives``, each of them a set of runs of neighbouring words.

    `literal` terms must also stand in the text letter by letter; `spellings` is what to mark in it.
    """

    text: str
    alternatives: tuple[tuple[Forms, ...], ...]
    spellings: tuple[str, ...] = ()
    literal: bool = False
    open_ended: bool = False

    def tsquery(self, prefix: str = "") -> str:
        """The term as tsquery text, its lexemes marked with ``prefix`` ("t:" asks the title only)."""
        ending = ":*" if self.open_ended else ""
        return any_of(
            all_of(quote(prefix + lexeme) + ending for forms in alternative for lexeme in adjacent(forms))
            for alternative in self.alternatives
        )

    def parts(self) -> list["Term"]:
        """The single words of a compound, as terms of their own; empty when there is nothing to take apart."""
        forms = [form for run in self.alternatives[0] for form in run]
        if self.literal or len(forms) < 2:
            return []
        # A form of one letter would be marked everywhere; the whole word is marked where it stands.
        return [
            Term(text=form, alternatives=(((form,),),), spellings=(self.text, *([form] if len(form) > 1 else [])))
            for form in forms
        ]


@dataclass(frozen=True)
class Query:
    """A parsed query. `is_empty` when nothing in it can be looked up."""

    text: str
    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    was_shortened: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.terms

    def spellings(self) -> list[str]:
        """Everything worth marking in an excerpt, longest first."""
        return sorted({spelling for term in self.terms for spelling in term.spellings}, key=len, reverse=True)

    def without(self, term: Term) -> "Query":
        return replace(self, terms=tuple(other for other in self.terms if other != term))


NO_WORDS = Query("")


@dataclass
class SynonymTable:
    """Groups of words with the same meaning, by the words' normalised forms."""

    groups: dict[Forms, list[tuple[str, Forms]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[str]) -> "SynonymTable":
        """Build the table from rows such as "通いの場、サロン"."""
        table = cls()
        for row in rows:
            members = [(word, forms) for word in split_words(row) if (forms := _forms(word))]
            for _, forms in members:
                table.groups.setdefault(forms, []).extend(members)
        return table

    def expand(self, forms: Forms) -> list[tuple[str, Forms]]:
        return self.groups.get(forms, [])


def split_words(row: str) -> list[str]:
    """The words of a row that is separated by 、 or a comma."""
    return [word.strip() for word in re.split("[、,，]", row) if word.strip()]


def quote(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def all_of(parts: Iterable[str]) -> str:
    return "(" + " & ".join(parts) + ")"


def any_of(parts: Iterable[str]) -> str:
    return "(" + " | ".join(parts) + ")"


def facet_is(mark: str, values: Iterable[str]) -> str:
    """Any of ``values`` behind the ``mark`` of a facet: ``theme:meals | theme:mobility``."""
    return any_of(quote(f"{mark}:{value}") for value in values)


def _forms(text: str) -> Forms:
    return tuple(token.form for run in runs(text) for token in run)


def _terms_of_word(word: str, synonyms: SynonymTable) -> list[Term]:
    """A typed word: one term, or several where a particle or a sign cuts it."""
    folded = fold(word)
    whole = synonyms.expand(_forms(word))
    if whole:
        return [_term(folded, _forms(word), whole)]
    return [
        _term(folded[run[0].start : run[-1].end], forms := tuple(token.form for token in run), synonyms.expand(forms))
        for run in runs(word)
    ]


def _term(text: str, forms: Forms, synonyms: list[tuple[str, Forms]]) -> Term:
    alternatives = dict.fromkeys([forms, *(other for _, other in synonyms)])
    spellings = dict.fromkeys([text, "".join(forms), *(fold(word) for word, _ in synonyms)])
    return Term(text=text, alternatives=tuple((other,) for other in alternatives), spellings=tuple(spellings))


def _phrase(text: str) -> Term | None:
    found = tuple(tuple(token.form for token in run) for run in runs(text))
    if not found:
        return None
    folded = " ".join(fold(text).split())
    return Term(text=folded, alternatives=(found,), spellings=(folded,), literal=True)


def parse(text: str, synonyms: SynonymTable | None = None) -> Query:
    """Parse what a person typed; never raises.

    Words are ANDed, "…" is verbatim, -word excludes. More than 200 characters or 8 words
    are cut off (`was_shortened`).
    """
    synonyms = synonyms or SynonymTable()
    folded = fold(text).strip()
    shown = " ".join(folded.split())
    terms, excluded = [], []
    for part in _PART.finditer(folded[:LONGEST_QUERY]):
        if part["phrase"] is not None:
            phrase = _phrase(part["phrase"])
            found = [phrase] if phrase else []
        else:
            found = _terms_of_word(part["word"], synonyms)
        (excluded if part["minus"] else terms).extend(found)
    unique = tuple(dict.fromkeys(terms))
    return Query(
        text=shown[:LONGEST_QUERY],
        terms=unique[:MOST_TERMS],
        excluded=tuple(dict.fromkeys(excluded))[:MOST_TERMS],
        was_shortened=len(folded) > LONGEST_QUERY or len(unique) > MOST_TERMS,
    )
