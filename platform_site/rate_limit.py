"""A simple limit per address, counted in the cache."""

from django.core.cache import cache


def exceeded(action, address, *, times, seconds):
    """Count one try of ``action`` from ``address``; true once there were more than ``times`` in the period."""
    key = f"rate:{action}:{address}"
    if cache.add(key, 1, seconds):
        return False
    try:
        return cache.incr(key) > times
    except ValueError:  # The period ended between the two calls.
        cache.set(key, 1, seconds)
        return False
