"""Facets of one kind of content: a list names them, the index counts them, nothing else knows them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ChoiceFacet:
    """A facet with a fixed set of values.

    ``name`` is the parameter of the address and the mark of the lexeme ("year" finds ``year:2025``); ``names``
    maps the values to what people read, in the order of the list.
    """

    name: str
    label: str
    names: dict[str, str] = field(hash=False)
    # Whether a list shows its values to choose from; others come with an address from elsewhere.
    is_offered: bool = True


# A facet with the values that are chosen, at least one.
Chosen = tuple[ChoiceFacet, tuple[str, ...]]


def toggled(chosen: tuple[Chosen, ...], facet: ChoiceFacet, value: str) -> tuple[Chosen, ...]:
    """``chosen`` with ``value`` added to, or taken out of, ``facet``."""
    values = next((values for one, values in chosen if one == facet), ())
    values = tuple(v for v in values if v != value) if value in values else (*values, value)
    return with_values(chosen, facet, values)


def with_values(chosen: tuple[Chosen, ...], facet: ChoiceFacet, values: tuple[str, ...]) -> tuple[Chosen, ...]:
    """``chosen`` with ``values`` for ``facet`` in place of what was chosen there."""
    others = tuple((one, its) for one, its in chosen if one != facet)
    return (*others, (facet, values)) if values else others
