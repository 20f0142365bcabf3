"""Rules about the code itself."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, get_resolver
from html5lib import HTMLParser, getTreeWalker

ROOT = Path(settings.BASE_DIR)
OUR_APPS = (
    "platform_site",
    "taxonomy",
    "mailing",
    "accounts",
    "publishing",
    "search",
    "organizations",
    "policies",
    "events",
    "cases",
    "forum",
    "insights",
    "open_data",
    "places",
    "start",
)
OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]

# Whoever opens a page to the public adds it here: the list is read in reviews.
PUBLIC_PAGES = {
    "/",
    "/.well-known/change-password",
    "/.well-known/security.txt",
    "/about/",
    "/accessibility/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/webauthn/login/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/(?P<key>[-:\\w]+)/",
    "/accounts/inactive/",
    "/accounts/leave/done/",
    "/accounts/login/",
    "/accounts/login/code/confirm/",
    "/accounts/logout/",
    "/accounts/oidc/callback/",
    "/accounts/oidc/cancelled/",
    "/accounts/oidc/sign-up/",
    "/accounts/oidc/start/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/",
    "/accounts/password/reset/key/done/",
    "/accounts/signup/",
    "/admin/login/",
    "/announcements/",
    "/announcements/<int:pk>/",
    "/api/v1/",
    "/api/v1/<path:rest>/",
    "/api/v1/cases/",
    "/api/v1/cases/<pk>/",
    "/api/v1/events/",
    "/api/v1/events/<pk>/",
    "/api/v1/openapi.json",
    "/api/v1/organizations/",
    "/api/v1/organizations/<pk>/",
    "/api/v1/policies/",
    "/api/v1/policies/<pk>/",
    "/api/v1/regions/",
    "/api/v1/regions/<code>/",
    "/api/v1/themes/",
    "/api/v1/themes/<slug>/",
    "/api/v1/topics/",
    "/api/v1/topics/<pk>/",
    "/attachments/<int:pk>/<str:name>",
    "/cases/",
    "/cases/<int:pk>/",
    "/cases/<int:pk>/tree/",
    "/cases/pick/<slug:name>/",
    "/contact/",
    "/contact/done/",
    "/dev/mail/",
    "/events/",
    "/events/<int:pk>/",
    "/events/<int:pk>/event.ics",
    "/events/<int:pk>/qr.svg",
    "/events/archive/",
    "/events/calendar/",
    "/events/calendar/<int:year>/<int:month>/",
    "/events/calendar/<int:year>/<int:month>/<int:day>/",
    "/events/events.ics",
    "/events/export.csv",
    "/events/past/",
    "/events/videos/<int:pk>/captions.vtt",
    "/events/videos/<path:path>",
    "/favicon.ico",
    "/forum/",
    "/forum/<int:pk>/",
    "/forum/<int:pk>/history/",
    "/forum/boards/<slug:slug>/",
    "/forum/help/<str:token>/",
    "/forum/moderation/numbers/",
    "/forum/posts/<int:pk>/history/",
    "/forum/posts/<int:pk>/report/",
    "/forum/rules/",
    "/forum/search/",
    "/forum/search/closed/",
    "/forum/search/closed/posts/",
    "/forum/search/posts/",
    "/forum/similar/",
    "/forum/subscribe/",
    "/forum/subscribe/confirm/<str:token>/",
    "/forum/subscribe/sent/",
    "/forum/subscription/<str:token>/",
    "/forum/unanswered/",
    "/forum/unsubscribe/<str:token>/",
    "/freshness/<str:token>/",
    "/freshness/<str:token>/done/",
    "/guide/",
    "/healthz",
    "/links/",
    "/media/<path:path>",
    "/opensearch.xml",
    "/open-data/",
    "/open-data/catalog.jsonld",
    "/open-data/dictionary.csv",
    "/open-data/dictionary/<slug:name>/",
    "/open-data/feeds/<slug:name>.atom",
    "/open-data/feeds/<slug:name>.csv",
    "/open-data/feeds/<slug:name>.json",
    "/open-data/files/<str:name>",
    "/organizations/",
    "/organizations/<int:pk>/",
    "/organizations/invitations/<str:token>/",
    "/organizations/pick/<slug:name>/",
    "/policies/",
    "/policies/<int:pk>/",
    "/policies/<int:pk>/changes/",
    "/policies/standard-amount/",
    "/policies/standard-amount/csv/",
    "/privacy/",
    "/readyz",
    "/regions/",
    "/regions/<region:code>/",
    "/regions/<region:code>/similar/",
    "/regions/similar/",
    "/regions/suggest/",
    "/robots.txt",
    "/search/",
    "/sitemap-<slug:name>-<int:number>.xml",
    "/sitemap.xml",
    "/sitemap/",
    "/start/",
    "/start/qr.svg",
    "/start/tell/",
    "/terms/",
    "/working-copy/keep/",
}
# Shown by Django itself, which finds them by these names.
TEMPLATES_OF_DJANGO = {"400.html", "403.html", "404.html", "429.html", "500.html"}


@cache
def tracked_files() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def code_files(*folders):
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def templates():
    return sorted((ROOT / "templates").rglob("*.*"))


def patterns(resolver=None, prefix="/"):
    for pattern in (resolver or get_resolver()).url_patterns:
        address = prefix + str(pattern.pattern).removeprefix("^").removesuffix(r"\Z").removesuffix("$")
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from patterns(pattern, address)


def test_pages_open_to_the_public_are_those_of_the_list():
    public = {address for address, view in patterns() if not getattr(view, "login_required", True)}

    assert public == PUBLIC_PAGES


def test_function_views_say_which_methods_they_take():
    """Otherwise they answer DELETE and TRACE like GET."""
    careless = [
        address
        for address, view in patterns()
        if view.__module__.split(".")[0] in OUR_APPS and not hasattr(view, "view_class") and not _limits_methods(view)
    ]

    assert careless == []


def _limits_methods(view):
    while view is not None:
        if "request_method_list" in view.__code__.co_freevars:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_template_is_used():
    text = "\n".join(path.read_text() for path in [*templates(), *code_files(*OUR_APPS)])
    # Names that are put together in code, such as pages/{name}.html.
    composed = [re.compile(re.sub(r"\\{[\w.\\]+\\}", r"\\w+", re.escape(name))) for name in _composed_names(text)]

    unused = {
        name
        for name in (str(path.relative_to(ROOT / "templates")) for path in templates())
        if name not in TEMPLATES_OF_DJANGO
        and not re.search(rf"""["']{re.escape(name)}["']""", text)
        and not any(pattern.fullmatch(name) for pattern in composed)
        and not name.startswith(("admin/", "django/", "account/", "mfa/", "socialaccount/"))  # of a package
    }

    assert unused == set()


def _composed_names(text):
    return re.findall(r"""f["']([\w/{}.]+\.(?:html|txt))["']""", text)


def test_migrations_are_named_by_hand():
    names = [path.stem for app in OUR_APPS for path in (ROOT / app / "migrations").glob("0*.py")]

    assert names
    assert [name for name in names if re.search(r"_auto_|_and_more|_\d{8}_", name)] == []


def test_migrations_stand_in_one_line():
    """Two people may add the same number: then one of them is renamed before it lands."""
    for app in OUR_APPS:
        numbers = [path.name[:4] for path in (ROOT / app / "migrations").glob("0*.py")]
        assert len(numbers) == len(set(numbers)), app


def test_imports_only_point_up_the_table():
    lint = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout


def test_imports_stand_at_the_top_of_their_file():
    """An import inside a function is mostly an arrow in the wrong direction."""
    # apps.py must not import models before all apps are there.
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in code_files(*OUR_APPS)
        if path.name != "apps.py"
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def elements(path):
    """(name, attributes) of every element of a template; the template language is cut out first."""
    html = re.sub(r"{% (static|url) .*?%}|{{.*?}}", "x", path.read_text(), flags=re.DOTALL)
    html = re.sub(r"{%.*?%}|{#.*?#}", "", html, flags=re.DOTALL)
    tree = HTMLParser(namespaceHTMLElements=False).parse(html)
    for token in getTreeWalker("etree")(tree):
        if token["type"] in ("StartTag", "EmptyTag"):
            yield token["name"], {name: value for (_, name), value in token["data"].items()}


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_no_style_no_script_and_load_nothing_from_elsewhere(path):
    if path.suffix != ".html":
        return
    for name, attributes in elements(path):
        assert name != "style"
        assert name != "script" or attributes.get("src") or attributes.get("type") == "application/json"
        # Mail programs read no sheet but this.
        assert "style" not in attributes or "mail" in path.parts
        assert not any(attribute.startswith("on") for attribute in attributes), attributes
        if name in {"link", "script", "img", "iframe", "source", "video", "audio", "embed", "object"}:
            addresses = [attributes.get(key, "") for key in ("src", "href", "srcset", "data")]
            assert not any(re.match(r"\s*(https?:)?//", address) for address in addresses), attributes


def test_style_sheets_load_nothing_from_elsewhere():
    for path in (ROOT / "static").rglob("*.css"):
        assert not re.search(r"""@import|url\(\s*["']?(https?:)?//""", path.read_text()), path


# Put together from pieces, so that this file does not name what it forbids.
FORBIDDEN_IN_FILES = [
    re.compile("/" + "(root|work|home)/" + r"\w"),
    re.compile("--(extra-)?" + "index-url"),
    re.compile(r"https?://[^\s\"']*" + "/simple" + r"(/|\b)"),
    re.compile("pypi" + r"\.org|files\.python" + "hosted"),
]


def test_files_name_no_path_of_a_machine_and_no_package_index():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        if path.suffix not in {".webp", ".png", ".ico", ".jpg"}
        for pattern in FORBIDDEN_IN_FILES
        if (match := pattern.search(path.read_text(errors="replace")))
    ]

    assert found == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_models_are_named_in_japanese_and_so_are_the_fields_people_see(model):
    options = model._meta
    names = [options.verbose_name, options.verbose_name_plural]
    if admin.site.is_registered(model):
        names += [field.verbose_name for field in options.fields if field.editable and not field.auto_created]

    assert [str(name) for name in names if str(name).isascii()] == []


def test_every_requirement_is_pinned_with_a_hash():
    wanted = re.findall(r"^([\w-]+)", (ROOT / "requirements.in").read_text(), flags=re.MULTILINE)
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(
        r"^([\w.-]+)(?:\[[\w,]+\])?==\S+(?: ; [^\\]+)? \\\n    --hash=sha256:", lock, flags=re.MULTILINE
    )

    assert set(wanted) - set(pinned) == set()
    assert len(pinned) == len(re.findall("==", re.sub(r" ; [^\\]+", "", lock)))
