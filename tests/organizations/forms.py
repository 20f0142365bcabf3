"""What the forms of organizations send when they are filled in well."""

import uuid

ABOUT = {
    "name": "ささえあいの会",
    "name_kana": "ささえあいのかい",
    "kind": "residents",
    "has_no_number": "on",
    "postal_code": "154-0017",
    "address": "東京都世田谷区世田谷4-21-27",
}
ACTIVITY = {
    "scope": "regional",
    "regions": ["131121"],
    "themes": ["shopping"],
    "summary": "買い物の付き添いをしています。",
    "offers": "講師の派遣",
    "seeks": "運転する方",
    "description": "**長く**続けています。",
    "tags": "移動販売、公民館",
}
CONTACT = {
    "contact_name": "事務局",
    "contact_email": "info@example.jp",
    "contact_phone": "03-1234-5678",
    "website": "https://example.jp/",
    "show_website": "on",
}
CRITERIA = {"criteria": ["activity", "purpose", "facts", "privacy", "antisocial"]}


def first_step(**changes):
    return {"key": str(uuid.uuid4()), **ABOUT, **changes, "_save": ""}


def everything(themes, **changes):
    """The edit page, with the keys of themes for their slugs."""
    return {**ABOUT, **ACTIVITY, "themes": themes, **CONTACT, **changes}
