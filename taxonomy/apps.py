from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    verbose_name = "分野・地域"
    default_auto_field = "django.db.models.BigAutoField"
