from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = "施策・予算"
    default_auto_field = "django.db.models.BigAutoField"
