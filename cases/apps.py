from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "事例"
    default_auto_field = "django.db.models.BigAutoField"
