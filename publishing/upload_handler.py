"""Takes uploads in without letting anybody fill the memory or the disk.

A view that takes larger files than the others says so by `takes_files_of`.
"""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
# A form with three documents and the rest of it; deploy/nginx.conf says the same.
MAX_REQUEST_BYTES = 64 * 1024 * 1024
# What may come with one large file.
REST_OF_REQUEST = 8 * 1024 * 1024


def takes_files_of(most):
    """Let a view take one file as large as ``most(request)`` says, called before anything of the form is read.

    It is asked about everybody who sends something to the view's address: only for those who may do
    what the view does should it be more than `MAX_UPLOAD_BYTES`.
    """

    def decorate(view):
        view.largest_upload = most
        return view

    return decorate


def _limits(request) -> tuple[int, int]:
    """The bytes of the largest file, and those of the largest form."""
    view = getattr(getattr(request, "resolver_match", None), "func", None)
    most = view.largest_upload(request) if hasattr(view, "largest_upload") else 0
    if most <= MAX_UPLOAD_BYTES:
        return MAX_UPLOAD_BYTES, MAX_REQUEST_BYTES
    return most, max(MAX_REQUEST_BYTES, most + REST_OF_REQUEST)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Puts files on the disk, but of one that is too large only its size is kept.

    The form then says so at the field, with everything else that was typed still there; a refusal of
    the whole request could not.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803 (Django's)
        self.most, most_of_all = _limits(self.request)
        self.limit = self.most if content_length <= most_of_all else 0

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) <= self.limit:
            self.file.write(raw_data)
        elif self.file.tell():
            self.file.seek(0)
            self.file.truncate()

    def file_complete(self, file_size):
        file = super().file_complete(file_size)
        # Nothing is left of it, so it counts as too large whatever its own size.
        if file_size > self.limit:
            file.size = max(file_size, self.most + 1)
        return file
