from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "mailing"
    verbose_name = "メール"
    default_auto_field = "django.db.models.BigAutoField"
