from importlib import import_module

from django.apps import AppConfig


class StartConfig(AppConfig):
    name = "start"
    verbose_name = "はじめの一歩"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("start.demand_panel")
