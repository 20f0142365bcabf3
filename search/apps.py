from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _create_generations(sender, **kwargs):
    from search.actions import searchable_models
    from search.generation import create

    for kind in (model.search_kind for model in searchable_models()):
        create(kind)


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "検索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(_create_generations, sender=self)
