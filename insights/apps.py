from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = "事務局の数字"
    default_auto_field = "django.db.models.BigAutoField"
