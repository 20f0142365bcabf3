"""Reads the structured data of a page as a search engine does."""

import json

import html5lib

NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def structured(response) -> dict:
    """The blocks of a page by their type."""
    tree = html5lib.parse(response.content.decode())
    blocks = [
        json.loads("".join(element.itertext()))
        for element in tree.iter(NAMESPACE + "script")
        if element.get("type") == "application/ld+json"
    ]
    assert all(block["@context"] == "https://schema.org" for block in blocks)
    found = {block["@type"]: block for block in blocks}
    assert len(found) == len(blocks), "one block of a type"
    return found


def metas(response) -> dict[str, str]:
    """What the page says by ``<meta>``, and its canonical address."""
    tree = html5lib.parse(response.content.decode())
    said = {
        element.get("property") or element.get("name"): element.get("content")
        for element in tree.iter(NAMESPACE + "meta")
    }
    canonical = [one.get("href") for one in tree.iter(NAMESPACE + "link") if one.get("rel") == "canonical"]
    return {**said, "canonical": canonical[0] if canonical else None}
