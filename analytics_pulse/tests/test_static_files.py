"""What production serves: names with hashes, in the imports of modules too, and compressed files beside them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from analytics_pulse.static_files import HashedStaticFiles

JS = Path(settings.BASE_DIR) / "static" / "js"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Our scripts, and one of a package, as `collectstatic` leaves them."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "js").mkdir()
    (folder / "package").mkdir()
    for script in JS.glob("*.js"):
        (folder / "js" / script.name).write_bytes(script.read_bytes())
    (folder / "package" / "bundle.js").write_text(
        'const text = `import x from "./nowhere.js";`;\nimport("./nowhere.js");\n'
    )
    storage = HashedStaticFiles(location=folder, base_url="/static/")
    paths = {str(path.relative_to(folder)): (storage, str(path.relative_to(folder))) for path in folder.rglob("*.js")}
    assert [error for *_, error in storage.post_process(paths) if isinstance(error, Exception)] == []
    return folder


def test_modules_import_each_other_by_the_names_with_hashes(collected):
    imported = re.compile(r"""^import\b[^"']*["']\./([^"']+)["']""", re.MULTILINE)
    hashed = [path for path in (collected / "js").glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    names = [name for path in hashed for name in imported.findall(path.read_text())]
    assert names
    assert [name for name in names if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
    assert [name for name in names if not (collected / "js" / name).exists()] == []


@pytest.mark.parametrize("suffix", [".br", ".gz"])
def test_they_lie_beside_compressed_ones(collected, suffix):
    shell = next((collected / "js").glob("shell.????????????.js"))
    assert shell.with_name(shell.name + suffix).exists()
