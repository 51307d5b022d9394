"""Everything that is known to be wrong with a configuration, in the order of its lines. No value that may be secret is repeated."""

from __future__ import annotations

from ohif_setup.javascript import lint_keys, lint_sign_in, lint_sources, secrets
from ohif_setup.javascript.read import ReadConfig
from ohif_setup.javascript.remark import Remark

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
