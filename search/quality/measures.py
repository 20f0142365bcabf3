"""Recall, nDCG and MRR of the first ten results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

DEPTH = 10

Grades = Mapping[int, int]


@dataclass(frozen=True)
class Scores:
    """Means over queries; `answered` is the share that got any result."""

    queries: int
    recall: float
    ndcg: float
    mrr: float
    answered: float


def recall(ranked: Sequence[int], grades: Grades) -> float:
    """The share of the judged documents among the first ten; ten found of twelve is all that fits."""
    return sum(pk in grades for pk in ranked[:DEPTH]) / min(DEPTH, len(grades))


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))


def ndcg(ranked: Sequence[int], grades: Grades) -> float:
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return _gain(grades.get(pk, 0) for pk in ranked[:DEPTH]) / _gain(best)


def reciprocal_rank(ranked: Sequence[int], grades: Grades) -> float:
    """One divided by the place of the first document that helps, 0 when none of the ten does."""
    return next((1 / place for place, pk in enumerate(ranked[:DEPTH], start=1) if pk in grades), 0.0)


def mean_scores(results: Sequence[tuple[Sequence[int], Grades]]) -> Scores:
    return Scores(
        queries=len(results),
        recall=fmean(recall(*result) for result in results),
        ndcg=fmean(ndcg(*result) for result in results),
        mrr=fmean(reciprocal_rank(*result) for result in results),
        answered=fmean(bool(ranked) for ranked, _ in results),
    )
