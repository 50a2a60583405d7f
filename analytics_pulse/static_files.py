"""How production serves static files: under names with their hash, compressed, and kept by browsers for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_, IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Our modules import each other by these names too: otherwise a page and its modules would run a copy each.

    Django can do that for every script or for none; scripts of packages have what looks like an import and is none.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", IMPORTS))
