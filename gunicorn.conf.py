"""Web processes: gunicorn reads this file by itself. See also deploy/nginx.conf."""

import gc
import os

from gunicorn.http import message

from platform_site.environment import env

wsgi_app = "platform_site.wsgi:application"
bind = env.str("BIND", "") or f"127.0.0.1:{env.int('PORT', 8000)}"
worker_class = "gthread"
workers = env.int("WEB_CONCURRENCY", 2)
threads = env.int("WEB_THREADS", 4)

# The site is loaded, and the dictionary of the analyser with it, before the workers are forked from this
# process, so that they share the memory.
preload_app = True

timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
# The workers' sign of life must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# No socket in the home directory of whoever starts the site.
control_socket_disable = True
accesslog = env.str("ACCESS_LOG", "") or None
errorlog = "-"
loglevel = "error"  # what scanners send is no news

# A search of 10,000 characters makes an address of 90,000 bytes. It gets a page with a sentence, too.
message.MAX_REQUEST_LINE = limit_request_line = 128 * 1024


def when_ready(server):
    """Before the workers are forked: load what they share, and open nothing that they must not share."""
    from django.db import connections
    from django.urls import get_resolver

    from search.analysis import warm_up

    warm_up()
    get_resolver().url_patterns  # noqa: B018  (imports all views)
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.pool:
            connection.close_pool()
    gc.collect()
    gc.freeze()
    print(f"The portal answers at http://{bind}/ (Ctrl+C stops it)", flush=True)


def worker_exit(server, worker):
    """A process that stops writes the views it has counted; at the interpreter's very end it could not connect."""
    from insights.counting import buffer

    buffer.flush()
