"""Choosing a prefecture or municipality by name: the region picker of the lists, without 全国共通."""

from dataclasses import dataclass

from search.address import prefecture_of
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region
from taxonomy.picking import picked_code


@dataclass(frozen=True)
class Choice:
    """What somebody chose: the region, or a sentence about why there is none."""

    region: Region | None
    problem: str = ""

    @classmethod
    def read(cls, data) -> "Choice":
        code = picked_code(data)[:10].strip()
        region = registry.region(code)
        if not code or code == NATION_CODE:
            return cls(None)
        return cls(region, "" if region else "選んだ地域が見つかりませんでした。もう一度選んでください。")

    @property
    def picker(self) -> dict:
        """What `components/region_picker.html` shows."""
        prefecture = prefecture_of(self.region)
        return {
            "region": self.region,
            "prefecture": prefecture,
            "prefectures": registry.prefectures(),
            "municipalities": registry.municipalities_of(prefecture.code) if prefecture else (),
            "empty_label": "選んでください",
            "is_local": True,
        }
