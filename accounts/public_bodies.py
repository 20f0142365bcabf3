"""Which role the domain of a mail address speaks for.

lg.jp and go.jp are given to local governments and bodies of the state only (JPRS registers them), so an
address there says where somebody works; not what they do there, which is why it only proposes.
"""

from accounts.roles import Role

PREFECTURE_LABELS = ("pref", "metro")


def role_of_address(email: str) -> Role | None:
    """The role that the address speaks for, or None."""
    labels = email.rpartition("@")[2].lower().rstrip(".").split(".")
    if len(labels) < 3:  # "lg.jp" itself is nobody's
        return None
    if labels[-2:] == ["go", "jp"]:
        return Role.MINISTRY
    if labels[-2:] == ["lg", "jp"]:
        # pref.nagano.lg.jp, metro.tokyo.lg.jp and hosts below them; city.nagano.nagano.lg.jp
        names = labels[:-2]
        return Role.PREFECTURAL if len(names) >= 2 and names[-2] in PREFECTURE_LABELS else Role.MUNICIPAL
    return None
