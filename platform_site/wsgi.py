"""WSGI entry point of the web processes.

Web requests get a hard statement timeout and a pool of connections; management commands
and jobs, which import the settings without this module, do not.
"""

import os

from django.core.wsgi import get_wsgi_application

import platform_site.environment  # noqa: F401  (what .env says goes before the defaults below)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "5000")
os.environ.setdefault("DATABASE_POOL_SIZE", "4")

application = get_wsgi_application()
