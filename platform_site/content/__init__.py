"""The content that the loading commands put in, as data, and how they do it."""
