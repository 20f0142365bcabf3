"""Amounts in yen as offices write them."""

MAN, OKU, CHO = 10_000, 100_000_000, 1_000_000_000_000


def in_yen(amount: int) -> str:
    return f"{amount:,}円"


def thousands(amount: int) -> str:
    """「8,000千円」; what is no multiple of 1,000 stays in yen."""
    return f"{amount // 1000:,}千円" if amount and amount % 1000 == 0 else in_yen(amount)


def percent(permille: int) -> str:
    """「38.5%」 of 385, 「50%」 of 500."""
    return f"{permille // 10}.{permille % 10}%" if permille % 10 else f"{permille // 10}%"


def in_oku(amount: int) -> str:
    """「1,800億円」, 「1兆2,000億円」, 「300万円」; the parts that are zero are left out."""
    parts = []
    for size, name in ((CHO, "兆"), (OKU, "億"), (MAN, "万")):
        count, amount = divmod(amount, size)
        if count:
            parts.append(f"{count:,}{name}")
    if amount or not parts:
        parts.append(f"{amount:,}")
    return "".join(parts) + "円"
