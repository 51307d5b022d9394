"""All remarks on a configuration. No remark repeats a value that may be secret."""

from __future__ import annotations

from ohif_setup.config_js.lint import keys as lint_keys
from ohif_setup.config_js.lint import placeholders, secrets
from ohif_setup.config_js.lint import sign_in as lint_sign_in
from ohif_setup.config_js.lint import sources as lint_sources
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.read.config import ReadConfig

_LEVELS = ("error", "warning", "note")


def lint(config: ReadConfig, *, served_from: str | None = None) -> tuple[Remark, ...]:
    """Remarks on `config`, sorted by level and line. `served_from` is the viewer URL (scheme, host, port, path) if it is known."""
    found = [
        *lint_keys.remarks(config, served_from),
        *lint_sources.remarks(config, served_from),
        *lint_sign_in.remarks(config, served_from),
        *secrets.remarks(config),
    ]
    # A provider that knows the form of its addresses says more about a placeholder in one of them.
    known = {remark.path for remark in found if remark.id == "placeholder"}
    found += [remark for remark in placeholders.remarks(config) if remark.path not in known]
    # Two rules may find the same thing, so duplicates are removed.
    return tuple(sorted(dict.fromkeys(found), key=lambda remark: (_LEVELS.index(remark.level), remark.line)))
