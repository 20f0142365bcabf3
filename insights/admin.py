from django.contrib import admin

from insights.models import DailyViews, MonthlyViews
from taxonomy.admin import ReadOnlyAdmin


@admin.register(DailyViews)
class DailyViewsAdmin(ReadOnlyAdmin):
    list_display = ["day", "kind", "object_id", "page", "count"]
    list_filter = ["kind"]
    date_hierarchy = "day"
    show_full_result_count = False


@admin.register(MonthlyViews)
class MonthlyViewsAdmin(ReadOnlyAdmin):
    list_display = ["month", "kind", "object_id", "page", "count"]
    list_filter = ["kind"]
    date_hierarchy = "month"
    show_full_result_count = False
