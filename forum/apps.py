from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = "交流掲示板"
    default_auto_field = "django.db.models.BigAutoField"
