from importlib import import_module

from django.apps import AppConfig


class PlatformSiteConfig(AppConfig):
    name = "platform_site"
    verbose_name = "サイト運営"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("platform_site.counted_pages")
