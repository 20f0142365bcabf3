from importlib import import_module

from django.apps import AppConfig

# In the order of the page.
PANELS = ("questions", "reviews", "contents", "cells", "searches", "mails", "views")


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = "事務局の数字"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        for name in PANELS:
            import_module(f"insights.numbers.{name}")
