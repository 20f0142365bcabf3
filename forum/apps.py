from importlib import import_module

from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = "交流掲示板"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("forum.leaving")
        import_module("forum.receivers")
        import_module("forum.moderation_digest")
