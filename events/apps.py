from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "イベント"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from events import video_actions  # noqa: F401 (listens to deleted rows)
