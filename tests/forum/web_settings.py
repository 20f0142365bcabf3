"""The settings of web processes that a test starts: those of the site, over the database of the tests."""

import os

from platform_site.settings import *  # noqa: F403
from platform_site.settings import DATABASES, FORM_LIMITS, STORAGES

DATABASES["default"]["NAME"] = os.environ["NAME_OF_TEST_DATABASE"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# A thousand posts in a minute are more than one person may write.
FORM_LIMITS = {kind: [(100_000, 60)] for kind in FORM_LIMITS}
FORUM_POST_LIMITS = [(100_000, 60)]
