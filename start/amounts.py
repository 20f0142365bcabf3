"""The standard amount of the town, as far as it can be told without asking for a number."""

from dataclasses import dataclass

from django.urls import reverse

from policies.standard_amount import (
    EDITIONS,
    NEWEST,
    UNITS,
    Edition,
    Line,
    Result,
    Situation,
    calculate,
    participation,
    second_layer,
)
from policies.standard_amount_form import Target, target_of
from taxonomy.models import Region


@dataclass(frozen=True)
class TownAmount:
    """`result` has the first layer alone: how many 日常生活圏域 there are is known to the town only."""

    target: Target
    edition: Edition
    result: Result
    second_layer: Line
    participation: Line

    @property
    def unit(self) -> str:
        return UNITS[self.target.body]

    @property
    def calculator_url(self) -> str:
        return reverse("policies:standard_amount", query={"region": self.target.region.code})


def amount_for(region: Region | None) -> TownAmount | None:
    """For a municipality, or for the city of a ward; None where there is no single one."""
    target = target_of(region, "")
    if target is None:
        return None
    edition = EDITIONS[NEWEST]
    situation = Situation(body=target.body, units=target.wards or 1)
    running = Situation(body=target.body, units=target.wards or 1, has_participation=True)
    return TownAmount(
        target=target,
        edition=edition,
        result=calculate(situation, edition),
        second_layer=second_layer(situation, edition),
        participation=participation(running, edition),
    )
