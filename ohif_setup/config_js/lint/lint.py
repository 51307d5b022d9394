"""Everything that is known to be wrong with a configuration, in the order of its lines. No value that may be secret is repeated."""

from __future__ import annotations

from ohif_setup.config_js.lint import keys as lint_keys
from ohif_setup.config_js.lint import secrets
from ohif_setup.config_js.lint import sign_in as lint_sign_in
from ohif_setup.config_js.lint import sources as lint_sources
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.read.config import ReadConfig

_LEVELS = ("error", "warning", "note")


def lint(config: ReadConfig, *, served_from: str | None = None) -> tuple[Remark, ...]:
    """Remarks on `config`, the grave ones first. `served_from` is the viewer URL (scheme, host, port, path) where it is known."""
    found = [
        *lint_keys.remarks(config, served_from),
        *lint_sources.remarks(config, served_from),
        *lint_sign_in.remarks(config, served_from),
        *secrets.remarks(config),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda remark: (_LEVELS.index(remark.level), remark.line)))
