from importlib import import_module

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = "団体"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("organizations.receivers")
        import_module("organizations.second_factor")
        import_module("organizations.vouching")
