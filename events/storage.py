"""Where uploaded recordings lie."""

import uuid


def video_path(video, filename) -> str:
    """A random name without the original one, in one of 256 folders."""
    name = uuid.uuid4().hex
    return f"events/{name[:2]}/{name}.{video.file_format}"
