"""The quality of the search, measured on a judged collection of our own: see docs/search.md."""
