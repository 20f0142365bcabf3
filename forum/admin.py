"""Boards are set up here; everything else is to read, for moderators work on the pages of the board."""

from django.contrib import admin, messages

from forum.models import Board, ModerationStep, Post, Report, Subscription, Suspension, Topic
from forum.moderation_boards import readers_changed
from taxonomy.admin import ReadOnlyAdmin

READERS_CHANGED = (
    "読める人を変えました。この掲示板の話題は、いったん検索に出なくなります。"
    "数分のうちに、読める人の検索に出るようになります。"
)


@admin.register(Board)
class BoardAdmin(admin.ModelAdmin):
    list_display = ["title", "visibility", "is_by_theme", "is_open", "position"]
    list_editable = ["position"]
    fields = ["title", "slug", "description", "visibility", "is_by_theme", "is_open", "position"]

    def save_model(self, request, board, form, change):
        super().save_model(request, board, form, change)
        if change and "visibility" in form.changed_data:
            readers_changed(board)
            self.message_user(request, READERS_CHANGED, messages.WARNING)

    def view_on_site(self, board):
        return board.get_absolute_url()

    def has_delete_permission(self, request, obj=None):
        return False


class BoardReadingAdmin(ReadOnlyAdmin):
    """To read, with the way to the page."""

    list_per_page = 50
    show_full_result_count = False

    def view_on_site(self, item):
        return item.get_absolute_url()


@admin.register(Topic)
class TopicAdmin(BoardReadingAdmin):
    list_display = ["title", "board", "purpose", "state", "author", "reply_count", "last_posted_at"]
    list_filter = ["state", "board", "purpose", "is_locked", "is_sample"]
    list_select_related = ["board", "author"]
    search_fields = ["title"]
    search_help_text = "題名から探します"
    exclude = ["cases", "policies", "events", "organizations", "tags"]


@admin.register(Post)
class PostAdmin(BoardReadingAdmin):
    list_display = ["topic", "number", "byline", "author", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["topic", "author"]
    search_fields = ["=topic__pk", "author__email", "author__display_name"]
    search_help_text = "話題の番号、書いた人の名前やメールアドレスから探します"
    ordering = ["-pk"]


@admin.register(Report)
class ReportAdmin(BoardReadingAdmin):
    list_display = ["post", "rule", "reporter", "at", "closed_at", "closed_by"]
    list_filter = ["rule", ("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["post__topic", "reporter", "closed_by"]
    view_on_site = False


@admin.register(ModerationStep)
class ModerationStepAdmin(BoardReadingAdmin):
    list_display = ["at", "step", "rule", "topic", "person", "by", "answered_at", "outcome"]
    list_filter = ["step", "rule", "outcome"]
    list_select_related = ["topic", "person", "by"]
    date_hierarchy = "at"


@admin.register(Suspension)
class SuspensionAdmin(BoardReadingAdmin):
    list_display = ["person", "since", "until", "lifted_at"]
    list_select_related = ["person"]
    view_on_site = False


@admin.register(Subscription)
class SubscriptionAdmin(BoardReadingAdmin):
    """To answer why a mail comes, or does not; people change what they follow on their own page."""

    list_display = ["subscriber", "what", "__str__", "frequency", "sent_until"]
    list_filter = ["what", "frequency"]
    list_select_related = ["subscriber__person", "theme", "region", "organization", "case", "event"]
    search_fields = ["=subscriber__email", "=subscriber__person__email"]
    search_help_text = "受け取る人のメールアドレスから探します"
    view_on_site = False
