"""The mails that were written to files instead of sent, for developers."""

import email
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

NEWEST = 50
# What the file backend writes after each mail.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@login_not_required
@require_safe
def mails(request):
    """The newest mails of var/mail, newest first; no such page unless DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    context = {"mails": list(stored_mails(Path(settings.EMAIL_FILE_PATH))), "breadcrumb": [("送ったメール", None)]}
    return render(request, "pages/mails.html", context)


def stored_mails(folder):
    files = sorted(folder.glob("*.log"), key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
    for path in files[:NEWEST]:
        for raw in reversed(path.read_bytes().split(SEPARATOR)):
            if raw.strip():
                mail = email.message_from_bytes(raw, policy=default)
                yield {
                    "subject": mail["Subject"].strip(),
                    "to": mail["To"],
                    "date": mail["Date"],
                    "text": mail.get_body(("plain",)).get_content(),
                }
