"""The site's own settings over a database of the benchmark's, with the floor pages added."""

import os

from platform_site.settings import *  # noqa: F403
from platform_site.settings import BASE_DIR, DATABASES, FORM_LIMITS, TEMPLATES

# Never the site's own database: the benchmark fills it with invented texts.
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE_NAME", "portal_bench")
ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "bench" / "templates")
# One person of the benchmark writes more than a person may.
FORM_LIMITS = {kind: [(100_000, 60)] for kind in FORM_LIMITS}
FORUM_POST_LIMITS = [(100_000, 60)]
