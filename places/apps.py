from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "places"
    verbose_name = "地域のページ"
    default_auto_field = "django.db.models.BigAutoField"
