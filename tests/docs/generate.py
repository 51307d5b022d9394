"""Writes the generated pages of `docs/` anew: `make docs`. `test_generated.py` fails while one differs from the code."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from pathlib import Path
from unittest.mock import patch

from ohif_setup import cli
from ohif_setup.answers.file.toml import toml_value
from ohif_setup.answers.keys import FREE_TABLE, KEYS, AnswerKey
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.sources import variable
from ohif_setup.answers.tables.tables import refused_by
from ohif_setup.checks.check import all_checks
from ohif_setup.checks.sign_in import aadsts
from ohif_setup.kinds import KINDS
from ohif_setup.webservers import WEBSERVERS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    return {
        "aadsts.md": aadsts.as_markdown(),
        "answers.md": "\n".join(_answers()) + "\n",
        "checks.md": "\n".join(_checks()) + "\n",
        "commands.md": "\n".join(_commands()) + "\n",
    }


def _answers() -> Iterator[str]:
    yield "# Answers"
    yield ""
    yield "The keys of the answers file, `ohif-setup.toml`. `ohif-setup schema` prints the same for editors."
    yield "What sets a key, the strongest first: `--set KEY=VALUE`, the environment variable, the file, the default."
    yield "Relative paths begin at the folder of the answers file. No key takes a secret."
    yield ""
    yield "Where one viewer shows several servers, `[[servers]]` stands in the place of `[server]`, once for each of them, the"
    yield "default one first. Their keys are those of `server.*`; errors and `--set` count them from 1, as in"
    yield "`--set servers.2.url=https://...` and `OHIF_SETUP_SERVERS__2__URL`. The number after the last one adds a server."
    for key in KEYS.values():
        yield ""
        yield f"## {key.key}"
        yield ""
        yield key.description
        yield ""
        if key.key == FREE_TABLE:
            yield '- **A table**, such as `[ohif]` with `showPatientInfo = "visible"` below it'
            yield "- **Refused:** the keys that other answers decide (`oidc`, `dataSources`, ...), functions, secrets"
            continue
        default = _default(key)
        yield f"- **{default[0].upper()}{default[1:]}**"
        yield f"- **For example:** `{toml_value(key.example)}`"
        if key.choices:
            yield f"- **One of:** {', '.join(f'`{choice}`' for choice in key.choices)}"
        if key.key in _ONLY_FOR:
            yield f"- **Only for:** {_ONLY_FOR[key.key]}"
        elif key.group in _ONLY_FOR:
            yield f"- **Only for:** {_ONLY_FOR[key.group]}"
        if key.group:
            yield f"- **Environment:** `{variable(key.key)}`"


def _only_for(name: str) -> str:
    """Which servers a key of `[server]` is for."""
    without = " and ".join(f"the {kind.label}" for kind in KINDS.values() if name in refused_by(kind.name))
    return f"Orthanc and other DICOMweb servers; refused where it would have no effect on {without}"


_ONLY_FOR = {f"server.{name}": _only_for(name) for name in ("route", "proxy", "capabilities")}
_ONLY_FOR["proxy"] = _only_for("proxy")
_ELSEWHERE = ", ".join(
    f"{known.label}: below `{known.folders}`" for known in WEBSERVERS.values() if known.folders != defaults.FOLDERS
)
_DEFAULTS = {
    "sign_in.tenant_id": "required for the Azure DICOM service; elsewhere sign_in.authority will do instead",
    "sign_in.client_id": "required in [sign_in], which is left away where nobody signs in",
    "sign_in.authority": "default: with a tenant, follows from it and the service's cloud",
    "server.name": f"default: `{defaults.NAME}`; with several servers their kind, with a number where needed",
    "viewer.folder": f"default: for Orthanc and other servers `{defaults.FOLDERS}{defaults.site_name('https://HOST')}`, with "
    f"port and path of the viewer URL ({_ELSEWHERE}), else none",
    "proxy.listen": "default: 80, or 443 with a certificate",
    "proxy.tls_key": "required with proxy.tls_certificate",
    "proxy.tls_certificate": "default: none, and then no TLS",
    "proxy.url": "default: follows from viewer.url and proxy.listen",
}


def _default(key: AnswerKey) -> str:
    if key.key in _DEFAULTS:
        return _DEFAULTS[key.key]
    if key.required:
        return f"required in [{key.group}], which is optional" if key.group_optional else "required"
    if key.group == "server.capabilities":
        return "default: none, as long as nobody looked"
    return "default: none" if key.default in (None, ()) else f"default: `{toml_value(key.default)}`"


def _checks() -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "What `ohif-setup check` asks, in the order of its report. Each has a page; `ohif-setup explain ID` prints it."
    yield ""
    for check in all_checks():
        yield f"- [`{check.id}`](checks/{check.id}.md): {check.asks}"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "The help of each command, as `ohif-setup COMMAND --help` prints it."
    for words in ([], *([name] for name in cli.COMMANDS)):
        yield ""
        yield f"## {' '.join(['ohif-setup', *words])}"
        yield ""
        yield "```text"
        yield _help([*words, "--help"]).rstrip()
        yield "```"


def _help(words: list[str]) -> str:
    """The help at a width of 100 columns, whatever the terminal has."""
    out = io.StringIO()
    with patch.dict(os.environ, COLUMNS="102"), redirect_stdout(out), suppress(SystemExit):
        cli.parse(words)
    return out.getvalue()


if __name__ == "__main__":
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/reference/{name}")
