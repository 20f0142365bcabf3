from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class PlatformSiteConfig(AppConfig):
    name = "platform_site"
    verbose_name = "サイト運営"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("platform_site.counted_pages")
        # The structured data stands in stored pages: with another code they have to be written anew.
        machines = Path(self.path) / "machines"
        import_module("search.recipe").depends_on(machines / name for name in ("json_ld.py", "items.py", "events.py"))
