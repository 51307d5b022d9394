"""The net under the rebuilding of the house: what the tool says and writes, recorded in one run, so that two trees can be compared.

    python -m tests.net FOLDER          # artefacts, errors, help, schema, explain, answers files as init writes them
    python -m tests.net FOLDER --demo   # the checks before the stand-ins and before Orthanc too, healthy and with each fault

Compare with `diff -r`. This is scaffolding: it goes when the rebuilding is done.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCRIPT = Path(sys.executable).with_name("ohif-setup")
ENTRA = {"tenant_id": "11111111-2222-4333-8444-555555555555", "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa"}
OIDC = {"authority": "https://keycloak.example.org/realms/imaging", "client_id": "ohif"}
AZURE = "https://ws-dicom.dicom.azurehealthcareapis.com"
CLOSED = "http://127.0.0.1:1"
COMMANDS = [
    "init",
    "generate",
    "import",
    "set",
    "unset",
    "diff",
    "install-viewer",
    "undo",
    "check",
    "cors",
    "explain",
    "schema",
    "demo",
]


def sites() -> Iterator[tuple[str, dict[str, Any]]]:
    """Sites by a name, right ones and wrong ones, as tables."""
    viewers = {
        "root": "https://viewer.example.org",
        "path": "https://www.example.org/ohif",
        "here": "http://localhost:8080/ohif",
    }
    signs_in: dict[str, dict[str, str] | None] = {"nobody": None, "entra": ENTRA, "oidc": OIDC}
    kinds = {
        "azure-dicom": AZURE,
        "orthanc": "http://127.0.0.1:8042",
        "dicomweb": "https://pacs.example.org/dcm4chee/rs",
    }
    for (viewer, url), (who, sign_in), (kind, server) in itertools.product(
        viewers.items(), signs_in.items(), kinds.items()
    ):
        for route, proxy in itertools.product(
            (None, "reverse-proxy", "serve-folders", "cors"), (None, "nginx", "apache", "iis")
        ):
            table: dict[str, Any] = {"kind": kind, "url": server, "uploads": viewer == "path"}
            table |= {"route": route} if route else {}
            table |= {"proxy": proxy} if proxy else {}
            site: dict[str, Any] = {"version": 1, "viewer": {"url": url}, "server": table}
            site |= {"sign_in": sign_in} if sign_in else {}
            if route == "cors":
                site["proxy"] = {"url": "https://images.example.org", "listen": 8081}
            yield f"{kind}-{route}-{proxy}-{who}-{viewer}", site
    servers = [
        {"kind": "orthanc", "url": "http://127.0.0.1:8042"},
        {"kind": "dicomweb", "url": "http://127.0.0.1:8080/dcm4chee/rs", "name": "dcm"},
        {"kind": "azure-dicom", "url": AZURE},
    ]
    for names in itertools.permutations(range(3), 2):
        yield (
            f"several-{names[0]}{names[1]}",
            {
                "version": 1,
                "viewer": {"url": viewers["root"]},
                "servers": [servers[n] for n in names],
                "sign_in": ENTRA,
            },
        )
    for file in ("/etc/nginx/login.conf", "/var/www/ohif/login.conf"):
        yield (
            f"login{file.count('/')}",
            {
                "version": 1,
                "viewer": {"url": viewers["root"]},
                "server": servers[0],
                "proxy": {
                    "orthanc_credentials_file": file,
                    "tls_certificate": "/etc/ssl/a.pem",
                    "tls_key": "/etc/ssl/a.key",
                },
            },
        )
    yield (
        "fhir",
        {
            "version": 1,
            "viewer": {"url": viewers["root"]},
            "server": {"url": AZURE},
            "sign_in": ENTRA,
            "fhir": {"url": "https://ws-fhir.fhir.azurehealthcareapis.com"},
        },
    )
    for kind in kinds:
        yield (
            f"closed-{kind}",
            {
                "version": 1,
                "viewer": {"url": "http://127.0.0.1:3"},
                "server": {"kind": kind, "url": f"{CLOSED}{'/v2' if kind == 'azure-dicom' else '/dicom-web'}"},
            }
            | ({"sign_in": ENTRA | {"authority": "https://127.0.0.1:2"}} if kind == "azure-dicom" else {}),
        )


def as_toml(site: dict[str, Any]) -> str:
    """The text of an answers file."""
    import tomlkit

    return tomlkit.dumps(site)


def run(home: Path, *arguments: str, limit: float = 300) -> str:
    """What a run printed and how it ended, without what differs from run to run."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OHIF_SETUP_")}
    environment |= {"XDG_STATE_HOME": str(home / "state"), "COLUMNS": "120"}
    done = subprocess.run(
        [str(SCRIPT), *arguments], cwd=home, capture_output=True, text=True, timeout=limit, check=False, env=environment
    )
    text = f"{done.stdout}\n--- stderr\n{done.stderr}\n--- exit {done.returncode}\n"
    text = re.sub(r"((?:127\.0\.0\.1|localhost|::1\]):)\d{4,5}", r"\1PORT", text.replace(str(home), "HOME"))
    text = re.sub(r"/tmp/[\w./-]+", "TMP", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b\d[\d.]* ?(?:ms|s)\b", "N", text)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?|\d+(?= bytes)", "N", text)


def main() -> None:
    """Records into the folder of the first argument."""
    from ohif_setup.answers.file.writing import render_answers
    from ohif_setup.answers.partial import PartialAnswers
    from ohif_setup.answers.problems import AnswersError
    from ohif_setup.output.plan import plan

    folder = Path(sys.argv[1])
    for name, site in sites():
        into = folder / "sites" / name
        into.mkdir(parents=True)
        into.joinpath("given.toml").write_text(as_toml(site))
        try:
            answers = PartialAnswers(site, {}).validated(file="ohif-setup.toml")
        except AnswersError as error:
            lines = [f"{one.key} | {one.wrong} | {one.example}" for one in error.problems]
            into.joinpath("problems.txt").write_text("\n".join(lines))
            continue
        into.joinpath("written.toml").write_text(render_answers(answers))
        for planned in plan(answers):
            into.joinpath(planned.name).write_text(planned.text)
        if name.startswith("closed"):
            into.joinpath("ohif-setup.toml").write_text(as_toml(site))
            for form in ((), ("--json",)):
                into.joinpath(f"check{''.join(form)}.txt").write_text(run(into, "check", *form, "--sign-in", "none"))
    home = folder / "home"
    home.mkdir()
    for command in COMMANDS:
        (folder / f"help-{command}.txt").write_text(run(home, command, "--help"))
    (folder / "schema.json").write_text(run(home, "schema"))
    (folder / "explain.txt").write_text(run(home, "explain"))
    if "--demo" in sys.argv:
        for server in ("azure-dicom", "orthanc"):
            flags = ("--server", "orthanc") if server == "orthanc" else ()
            faults = run(home, "demo", *flags, "--break", "list").split("\n--- stderr")[0].splitlines()
            (folder / f"demo-{server}.txt").write_text(run(home, "demo", *flags))
            for line in faults:
                if line.strip():
                    fault = line.split()[0]
                    (folder / f"demo-{server}-{fault}.txt").write_text(run(home, "demo", *flags, "--break", fault))


if __name__ == "__main__":
    main()
