from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "掲載の手続き"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from publishing import (  # noqa: F401
            attachment_actions,  # listens to deleted rows
            receivers,
        )
