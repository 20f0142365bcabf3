"""The standard amounts (標準額) of 生活支援体制整備事業 and its additions, as pure functions.

Every rule is from the ministry's slides 「生活支援体制整備事業における新規事業等について」 (厚生労働省 老健局
認知症施策・地域介護推進課 地域づくり推進室); the docstrings name the slide. The rules of a fiscal year are one
`Edition`: next year's amounts are a new one, and old addresses keep their meaning. Yen are whole numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from policies.money import thousands

OUTLINE = "スライド「生活支援体制整備事業について」"
EXPANSION = "スライド「包括的支援事業を活用した地域づくりの推進」"
GRANT_RULES = "スライド「相談支援連携体制構築事業（R7新規） 2 交付要綱（案）」"
PARTICIPATION = "スライド「生活支援コーディネーターによる地域住民と地域の多様な主体との連携の推進」"

# More than any body in Japan has; whoever types more has mistyped.
MOST_AREAS = 999
MOST_UNITS = 99


class Body(StrEnum):
    """Who asks: what is counted once for a municipality is counted per ward or per member for the others."""

    MUNICIPALITY = "municipality"
    DESIGNATED_CITY = "city"
    UNION = "union"


# What the amounts are multiplied with, beside the 日常生活圏域.
UNITS = {Body.MUNICIPALITY: "市町村", Body.DESIGNATED_CITY: "行政区", Body.UNION: "構成市町村"}
AREA = "日常生活圏域"
ONCE = "市町村等"


@dataclass(frozen=True)
class Situation:
    """What a municipality, a 指定都市 or a union does, in numbers.

    ``units`` is 1 for a municipality, the number of wards of a 指定都市, of members of a union. The three counts
    of 相談支援連携体制構築事業 say in how many of them the coordinator works at a 地域包括支援センター, elsewhere, or
    as part of 重層的支援体制整備事業.
    """

    body: Body = Body.MUNICIPALITY
    units: int = 1
    areas: int = 0
    has_participation: bool = False
    at_center: int = 0
    elsewhere: int = 0
    as_multilayered: int = 0
    has_care_conference: bool = False

    @property
    def running(self) -> int:
        """In how many units 相談支援連携体制構築事業 is run."""
        return self.at_center + self.elsewhere + self.as_multilayered


@dataclass(frozen=True)
class Line:
    """One line of the result: a rule, and what it gives here."""

    name: str
    rule: str
    unit_amount: int
    unit: str
    quantity: int
    source: str

    @property
    def amount(self) -> int:
        return self.unit_amount * self.quantity


@dataclass(frozen=True)
class Result:
    lines: tuple[Line, ...]
    share_permille: int

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def national_share(self) -> int:
        return national_share(self.total, self.share_permille)


@dataclass(frozen=True)
class Edition:
    """The amounts of one fiscal year, in yen; `is_proposal` while the ministry calls them 案."""

    fiscal_year: int
    first_layer: int
    second_layer: int
    participation: int
    consultation: int
    consultation_elsewhere: int
    care_conference: int
    share_permille: int
    is_proposal: bool


EDITIONS = {
    2025: Edition(
        fiscal_year=2025,
        first_layer=8_000_000,
        second_layer=4_000_000,
        participation=4_000_000,
        consultation=8_000_000,
        consultation_elsewhere=4_000_000,
        care_conference=300_000,
        share_permille=385,
        is_proposal=True,
    )
}
NEWEST = max(EDITIONS)


class Impossible(ValueError):
    """The situation cannot be; ``problems`` maps names of its fields to sentences."""

    def __init__(self, problems: dict[str, str]):
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def calculate(situation: Situation, edition: Edition = EDITIONS[NEWEST]) -> Result:
    """All lines that apply, in the order of the slides; raises `Impossible`."""
    if problems := problems_of(situation):
        raise Impossible(problems)
    lines = (
        first_layer(situation, edition),
        second_layer(situation, edition),
        participation(situation, edition),
        *consultation(situation, edition),
        care_conference(situation, edition),
    )
    return Result(tuple(line for line in lines if line.quantity), edition.share_permille)


def first_layer(situation: Situation, edition: Edition) -> Line:
    """第1層（市町村区域） 8,000千円×市町村数; 指定都市 by wards, unions by members.

    Slide 「生活支援体制整備事業について」, 標準額.
    """
    rule = f"{thousands(edition.first_layer)} × {_of_units(situation)}"
    unit = UNITS[situation.body]
    return Line("第1層（市町村区域）", rule, edition.first_layer, unit, situation.units, OUTLINE)


def second_layer(situation: Situation, edition: Edition) -> Line:
    """第2層（日常生活圏域） 4,000千円×日常生活圏域の数. Slide 「生活支援体制整備事業について」, 標準額."""
    rule = f"{thousands(edition.second_layer)} × 日常生活圏域の数"
    return Line("第2層（日常生活圏域）", rule, edition.second_layer, AREA, situation.areas, OUTLINE)


def participation(situation: Situation, edition: Edition) -> Line:
    """住民参画・官民連携推進事業 4,000千円×市町村数, read in the same way as the first layer.

    Slides 「生活支援体制整備事業について」 and 「生活支援コーディネーターによる地域住民と地域の多様な主体との
    連携の推進」 (created by the revision of 令和6年度).
    """
    rule = f"{thousands(edition.participation)} × {_of_units(situation)}"
    quantity = situation.units if situation.has_participation else 0
    unit = UNITS[situation.body]
    return Line("住民参画・官民連携推進事業", rule, edition.participation, unit, quantity, PARTICIPATION)


def consultation(situation: Situation, edition: Edition) -> Iterator[Line]:
    """生活支援コーディネーターを中心とした相談支援連携体制構築事業: 8,000千円, or 4,000千円.

    Slide 「… 2 交付要綱（案）」: 4,000千円 where the coordinator is placed elsewhere than at a 地域包括支援センター,
    and where it is run as 重層的支援体制整備事業. 指定都市 (a, b) by the wards that run it, unions (c) by the
    members that run it. It comes on top of the other amounts (補足1).
    """
    name, unit = "相談支援連携体制構築事業", UNITS[situation.body]
    for label, amount, quantity in (
        ("センターに配置", edition.consultation, situation.at_center),
        ("センター以外に配置", edition.consultation_elsewhere, situation.elsewhere),
        ("重層的支援体制整備事業として実施", edition.consultation_elsewhere, situation.as_multilayered),
    ):
        rule = f"{thousands(amount)} × {_of_running_units(situation)}"
        yield Line(f"{name}（{label}）", rule, amount, unit, quantity, GRANT_RULES)


def care_conference(situation: Situation, edition: Edition) -> Line:
    """地域ケア会議推進事業の拡充: 300千円 for conferences held together with a 居住支援協議会.

    Slide 「包括的支援事業を活用した地域づくりの推進」, ②. It names no other reading for 指定都市 and unions, so it
    counts once.
    """
    rule = "居住支援協議会と連携して行った場合に加算"
    quantity = int(situation.has_care_conference)
    return Line("地域ケア会議推進事業の拡充", rule, edition.care_conference, ONCE, quantity, EXPANSION)


def national_share(total: int, permille: int) -> int:
    """The nation's part in yen, cut to whole yen.

    Slide 「包括的支援事業を活用した地域づくりの推進」: 交付率 国38.5%. All amounts are multiples of 100,000 yen, so
    that nothing is cut with the rules of 令和7年度; cutting never promises a yen too much.
    """
    return total * permille // 1000


def problems_of(situation: Situation) -> dict[str, str]:
    """What cannot be, by field; one sentence each."""
    counts = ("units", "areas", "at_center", "elsewhere", "as_multilayered")
    problems = {name: "0以上の数を入力してください。" for name in counts if getattr(situation, name) < 0}
    if problems:
        return problems
    unit = UNITS[situation.body]
    if situation.body == Body.MUNICIPALITY and situation.units != 1:
        problems["units"] = "市町村は1として計算します。"
    elif not situation.units:
        problems["units"] = f"{unit}の数は1以上で入力してください。"
    if situation.as_multilayered and situation.at_center and situation.body != Body.UNION:
        problems["as_multilayered"] = (
            "8,000千円になるのは、重層的支援体制整備事業として実施しない場合だけです。"
            "「センターに配置」か「重層として実施」の、どちらか一方だけを入力してください。"
        )
    elif situation.as_multilayered and situation.elsewhere and situation.body == Body.DESIGNATED_CITY:
        problems["as_multilayered"] = (
            "重層的支援体制整備事業を実施する指定都市では、実施するすべての行政区を「重層として実施」に入力してください。"
        )
    elif situation.running > situation.units:
        problems[_last_filled(situation)] = (
            f"相談支援連携体制構築事業を実施する{unit}の数（合わせて{situation.running:,}）が、"
            f"{unit}の数（{situation.units:,}）を超えています。"
        )
    return problems


def _last_filled(situation: Situation) -> str:
    return next(name for name in ("as_multilayered", "elsewhere", "at_center") if getattr(situation, name))


def _of_units(situation: Situation) -> str:
    return "市町村数" if situation.body == Body.MUNICIPALITY else f"{UNITS[situation.body]}の数"


def _of_running_units(situation: Situation) -> str:
    return "市町村数" if situation.body == Body.MUNICIPALITY else f"本事業を実施する{UNITS[situation.body]}の数"
