from django.contrib import admin, messages

from mailing.actions import try_again
from mailing.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Which mails went out, which did not and why. Their text is not shown: it may hold links that sign in."""

    list_display = ["subject", "to", "status", "attempts", "queued_at", "sent_at"]
    list_filter = ["status", "queued_at"]
    search_fields = ["to", "subject"]
    date_hierarchy = "queued_at"
    fields = readonly_fields = ["subject", "to", "status", "attempts", "error", "queued_at", "sent_at"]
    actions = ["send_again"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="送信に失敗したメールをもう一度送る", permissions=["change"])
    def send_again(self, request, queryset):
        count = sum(try_again(mail) for mail in queryset)
        messages.success(request, f"{count}通をもう一度送ります。")
