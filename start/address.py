"""The address of はじめの一歩: one theme, one place, whether headings have furigana."""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse

from search import address as list_address
from start.models import Part
from taxonomy.models import NATION_CODE, Region, Theme

SEVERAL_THEMES = "分野は1つだけ選べます。「{}」で表示しています。"


@dataclass(frozen=True)
class StartAddress:
    theme: Theme | None = None
    region: Region | None = None
    has_furigana: bool = False
    # The part of which somebody has just said that it is missing.
    told: str = ""
    notices: tuple[str, ...] = ()

    @property
    def is_chosen(self) -> bool:
        return bool(self.theme or self.region)

    @property
    def town(self) -> Region | None:
        """The municipality or ward; None for a prefecture and for no region."""
        return self.region if self.region and len(self.region.code) == 6 else None

    @property
    def place_name(self) -> str:
        return self.region.full_name if self.region else "全国"

    def parameters(self) -> dict[str, str]:
        """What stands in the address, as it is shared."""
        parameters = {}
        if self.theme:
            parameters["theme"] = self.theme.slug
        if self.region:
            parameters["region"] = self.region.code
        if self.has_furigana:
            parameters["furigana"] = "1"
        return parameters

    def url(self, **more: str) -> str:
        return reverse("start:start", query=self.parameters() | more)

    def with_furigana(self, has_furigana: bool) -> "StartAddress":
        return replace(self, has_furigana=has_furigana)


def read(data: QueryDict) -> StartAddress:
    """Read the parameters as lists do: never raising, and naming in `notices` what was not understood."""
    asked = QueryDict(mutable=True)
    for name in ("theme", "region", "municipality"):
        asked.setlist(name, data.getlist(name))
    found = list_address.read(asked, {})
    theme = found.themes[0] if found.themes else None
    several = (SEVERAL_THEMES.format(theme.name),) if len(found.themes) > 1 else ()
    told = data.get("told", "")
    return StartAddress(
        theme=theme,
        region=None if found.region and found.region.code == NATION_CODE else found.region,
        has_furigana=data.get("furigana") == "1",
        told=told if told in Part.values else "",
        notices=(*found.notices, *several),
    )
