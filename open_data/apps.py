from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    name = "open_data"
    verbose_name = "オープンデータ"
    default_auto_field = "django.db.models.BigAutoField"
