"""全国地方公共団体コード: the check digit, and what became of abolished codes."""

# Wards of 浜松市 until 31 December 2023 (two digits of the prefecture, three of the ward, check digit).
# The city went from seven wards to three on 1 January 2024; data that still carries the old codes
# is read as the ward that most of the old one became part of.
SUCCESSORS = {
    "221317": "221384",  # 中区 → 中央区
    "221325": "221384",  # 東区 → 中央区
    "221333": "221384",  # 西区 → 中央区
    "221341": "221384",  # 南区 → 中央区
    "221350": "221392",  # 北区 → 浜名区 (its district 三方原 went to 中央区)
    "221368": "221392",  # 浜北区 → 浜名区
    "221376": "221406",  # 天竜区 → 天竜区
}


def current_code(code: str) -> str:
    """The code in force today for ``code``; any other text comes back unchanged."""
    return SUCCESSORS.get(code, code)


def check_digit(digits: str) -> str:
    """The sixth digit that belongs to the first five of a 全国地方公共団体コード."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)
