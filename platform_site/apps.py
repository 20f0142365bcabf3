from django.apps import AppConfig


class PlatformSiteConfig(AppConfig):
    name = "platform_site"
    verbose_name = "サイト運営"
    default_auto_field = "django.db.models.BigAutoField"
