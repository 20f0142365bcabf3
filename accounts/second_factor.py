"""For whom a password alone is too little: whoever may write for the public without anybody looking first.

Roles that publish stand in `accounts.roles`. Other apps register their own grounds, such as belonging to an
organization that publishes by itself; accounts knows none of them.
"""

from collections.abc import Callable

from accounts.roles import publishes

_grounds: list[Callable] = []


def register(ground: Callable) -> Callable:
    """Ask for a second factor of everybody of whom ``ground(user)`` is true; usable as a decorator."""
    _grounds.append(ground)
    return ground


def is_needed(user) -> bool:
    return user.is_superuser or any(map(publishes, user.roles)) or any(ground(user) for ground in _grounds)
