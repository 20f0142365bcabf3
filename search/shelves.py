"""What the site-wide search asks and shows of each kind of content."""

from dataclasses import dataclass, field, replace

from django.urls import reverse

from search.address import ListAddress
from search.request import Period, Request


@dataclass(frozen=True)
class Shelf:
    """One list of the site: how the site-wide search names it, asks for it and leads to it."""

    kind: str
    label: str
    # The name of the address of the list.
    url_name: str
    # By when things take place, and conditions that no parameter takes away, as the list itself has them.
    period: Period | None = None
    always: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # The kinds of organizations the list can be filtered by, with their names; empty where it has no such filter.
    organization_kinds: dict[str, str] = field(default_factory=dict, hash=False)

    def knows(self, address: ListAddress) -> bool:
        """Whether the list has all the filters of the address."""
        return bool(self.organization_kinds) or not address.kinds

    def request(self, address: ListAddress) -> Request:
        return replace(address, period=self.period, always=self.always).request(self.kind)

    def url(self, address: ListAddress) -> str:
        """The list with the parameters of the address."""
        parameters = address.url()
        return reverse(self.url_name) + (parameters if parameters != "?" else "")
