"""Filters for amounts in yen."""

from django import template

from policies import money

register = template.Library()


@register.filter
def thousands(yen):
    """「8,000千円」."""
    return money.thousands(yen)


@register.filter
def yen(amount):
    """「8,000,000円」."""
    return money.in_yen(amount)


@register.filter
def oku(amount):
    """「1,800億円」, 「2億5,000万円」; nothing for no amount."""
    return money.in_oku(amount) if amount is not None else ""


@register.filter
def percent(permille):
    """「38.5%」 of 385."""
    return money.percent(permille)
