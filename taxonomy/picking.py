"""What somebody chose in the region picker, whose two lists have names of their own."""


def picked_code(data) -> str:
    """The code of the municipality if it lies in the prefecture that is chosen, else that of the prefecture; or ""."""
    code, municipality = data.get("region", ""), data.get("municipality", "")
    return municipality if municipality and municipality.startswith(code[:2]) else code
