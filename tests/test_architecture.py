"""The rules of the house that a reader cannot see in one file: who imports whom, where SQL is, what pages load."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("projects", "tracking", "goals", "reports")  # each may import those before it
HOUSE = "analytics_pulse"
LEAVES = {"problems", "clock", "env", "client_address", "content_security"}  # what of the house the apps may use
EVENT_TABLES = (
    "events",
    "visits",
    "goal_completions",
    "quarantined_events",
    "ingest_ledger",
    "analytics_daily",
    "analytics_hourly",
    "analytics_breakdown",
    "analytics_visits",
    "rollup_dirty_slots",
)
VAGUE_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py", "util.py"}


def modules(package: str, *, tests: bool = False) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    return [path for path in found if tests or "tests" not in path.relative_to(ROOT).parts]


def pages(*suffixes: str) -> list[Path]:
    """Templates and static files of ours; vendored libraries are not."""
    found = [path for folder in ("templates", "static") for path in sorted((ROOT / folder).rglob("*"))]
    return [path for path in found if path.suffix in suffixes and "vendor" not in path.parts]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of each import, inside functions too; `from a.b import c` is a.b.c."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
                module = ".".join([*package, *filter(None, [module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_one_way(layer):
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    back_edges = [
        f"{place(path, line)} imports {name}"
        for path in modules(layer)
        for line, name in imports(path)
        if name.split(".")[0] in above
    ]
    assert back_edges == []


@pytest.mark.parametrize("layer", LAYERS)
def test_the_apps_use_only_the_leaf_modules_of_the_house(layer):
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in modules(layer)
        for line, name in imports(path)
        if name.split(".")[0] == HOUSE and not LEAVES & set(name.split(".")[1:2])
    ]
    assert wrong == []


def test_the_leaf_modules_import_nothing_of_ours():
    ours = {*LAYERS, HOUSE}
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in (ROOT / HOUSE / f"{leaf}.py" for leaf in LEAVES)
        for line, name in imports(path)
        if name.split(".")[0] in ours
    ]
    assert wrong == []


def test_the_supervisor_does_not_load_django_into_the_process_that_stays():
    staying = [ROOT / HOUSE / "supervisor" / f"{name}.py" for name in ("up", "watch", "process", "services", "output")]
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in staying
        for line, name in imports(path)
        if name.split(".")[0] in {"django", "celery", "psycopg", "redis"}
    ]
    assert wrong == []


def test_there_is_no_sql_on_event_tables_outside_the_storage():
    statement = re.compile(rf"\b(FROM|JOIN|INTO|UPDATE|TABLE|COPY)\s+\"?({'|'.join(EVENT_TABLES)})\b")
    found = []
    for package in (*LAYERS, HOUSE):
        for path in modules(package):
            inside = path.relative_to(ROOT).parts
            if inside[:2] == ("tracking", "storage") or "migrations" in inside:
                continue
            text = path.read_text()
            found += [place(path, text.count("\n", 0, match.start()) + 1) for match in statement.finditer(text)]
    assert found == []


def test_raw_cursors_are_opened_in_the_storage_only():
    allowed = {("tracking", "storage"), (HOUSE, "supervisor"), (HOUSE, "health.py")}
    found = []
    for package in (*LAYERS, HOUSE):
        for path in modules(package):
            inside = path.relative_to(ROOT).parts
            if inside[:2] in allowed or "migrations" in inside:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr == "cursor":
                    found.append(place(path, node.lineno))
    assert found == []


def test_files_are_named_by_nouns_of_the_field():
    every = [path for package in (*LAYERS, HOUSE, "tests") for path in modules(package, tests=True)]
    assert [str(path.relative_to(ROOT)) for path in every if path.name in VAGUE_NAMES] == []


def test_templates_have_nothing_inline():
    """The pages' Content-Security-Policy would block it."""
    inline = {
        "script": re.compile(
            r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"'](?:application|text)/(?:[a-z+]*json|template))[^>]*>"
        ),
        "style element": re.compile(r"<style\b"),
        "style attribute": re.compile(r"<[^>]*\sstyle="),
        "event handler": re.compile(r"<[^>]*\son[a-z]+="),
        "javascript: link": re.compile(r"javascript:"),
    }
    found = []
    for path in pages(".html"):
        # An email's styles stand inline: its readers load nothing.
        if "email" in path.parts or path.parent.name == "emails":
            continue
        text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", "", path.read_text(), flags=re.S)
        found += [f"{path.relative_to(ROOT)}: {what}" for what, pattern in inline.items() if pattern.search(text)]
    assert found == []


def test_scripts_run_no_text():
    pattern = re.compile(r"\beval\(|new Function\(|document\.write\(|\.setAttribute\(\s*[\"']style[\"']")
    assert [str(path.relative_to(ROOT)) for path in pages(".js") if pattern.search(path.read_text())] == []


def test_pages_load_nothing_from_other_hosts():
    loading = re.compile(r"(?:src|srcset|action|data-src)=[\"']\s*(?:https?:)?//|<link[^>]*href=[\"']\s*(?:https?:)?//")
    importing = re.compile(
        r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//|from\s+[\"']https?://|import\([\"']https?://"
    )
    found = [path for path in pages(".html") if loading.search(path.read_text())]
    found += [path for path in pages(".css", ".js") if importing.search(path.read_text())]
    assert [str(path.relative_to(ROOT)) for path in found] == []
