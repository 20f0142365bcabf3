"""Where attachments lie: beside the pictures, under random names, reached through a view only."""

from secrets import token_hex

from django.core.files.storage import storages


def attachment_storage():
    return storages["default"]


def attachment_path(attachment, filename: str) -> str:
    """A random name without ending: what somebody called the file says nothing, and nobody can guess it."""
    token = token_hex(16)
    return f"attachments/{token[:2]}/{token}"
