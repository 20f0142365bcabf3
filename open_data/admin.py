from django.contrib import admin, messages

from mailing import jobs
from open_data.models import DataFile
from open_data.tasks import WRITE_AGAIN
from taxonomy.admin import ReadOnlyAdmin


@admin.register(DataFile)
class DataFileAdmin(ReadOnlyAdmin):
    """Shows how the nightly files are; nobody edits them by hand."""

    list_display = ["name", "rows", "size", "made_at", "changed_at", "seconds", "problem"]
    actions = ["write_again"]

    @admin.action(description="すべてのファイルを作り直す", permissions=["view"])
    def write_again(self, request, files):
        jobs.defer(WRITE_AGAIN, lock="open_data")
        messages.success(request, "すべてのファイルを作り直します。数分かかります。")
