from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "掲載の手続き"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from publishing import attachment_actions  # noqa: F401 (listens to deleted rows)
