"""Takes uploads in without letting anybody fill the memory or the disk."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
# A form with three documents and the rest of it; deploy/nginx.conf says the same.
MAX_REQUEST_BYTES = 64 * 1024 * 1024


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Puts files on the disk, but of one that is too large only its size is kept.

    The form then says so at the field, with everything else that was typed still there; a refusal of
    the whole request could not.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803 (Django's)
        self.limit = MAX_UPLOAD_BYTES if content_length <= MAX_REQUEST_BYTES else 0

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
            file.size = max(file_size, MAX_UPLOAD_BYTES + 1)
        return file
