"""The settings of a worker that a test starts: those of the site, over the database of the tests."""

import os

from platform_site.settings import *  # noqa: F403
from platform_site.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["NAME_OF_TEST_DATABASE"]
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_USE_TLS = False
if folder := os.environ.get("EMAIL_FILE_PATH"):
    EMAIL_FILE_PATH = folder
