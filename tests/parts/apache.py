"""Debian's Apache on loopback: a frame as `/etc/apache2/apache2.conf` around configuration files that are included as they are."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.parts.ports import running
from tests.parts.users import WORKER

APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
MODULES = Path("/etc/apache2/mods-available")

DEBIANS = (
    "access_compat", "alias", "auth_basic", "authn_core", "authn_file", "authz_core", "authz_host", "authz_user", "autoindex",
    "deflate", "dir", "env", "filter", "mime", "mpm_event", "negotiation", "reqtimeout", "setenvif",
)  # fmt: skip
"""What Debian's package enables (except for `status`)."""

ENABLED = ("headers", "proxy_http", "rewrite")
"""What a reverse proxy needs on top, by `a2enmod`; with TLS `ssl` as well."""


def missing() -> str:
    """What must be installed; empty when all is there."""
    return "" if APACHE and MODULES.is_dir() else "Debian's package apache2 is not installed"


def apache_folder(folder: Path, included: Sequence[Path], modules: Sequence[str] = ENABLED) -> Path:
    """Write the frame around the `included` files into `folder`, which takes all that Apache writes; gives its path."""
    settings = folder / "apache2.conf"
    lines = [
        f'Define APACHE_RUN_DIR "{folder}"',
        f'ServerRoot "{folder}"',
        f'DefaultRuntimeDir "{folder}"',
        f'PidFile "{folder}/apache2.pid"',
        f'ErrorLog "{folder}/error.log"',
        "ServerName localhost",
        *([f"User {WORKER}", f"Group {WORKER}"] if WORKER else []),
        *(f"Include {file}" for file in _files_of([*DEBIANS, *modules])),
        # As in `apache2.conf`.
        "<Directory />\nOptions FollowSymLinks\nAllowOverride None\nRequire all denied\n</Directory>",
        *(f'IncludeOptional "{file}"' for file in included),
    ]
    settings.write_text("\n".join([*lines, ""]))
    return settings


def apache_test(folder: Path, included: Sequence[Path], modules: Sequence[str] = ENABLED) -> str:
    """What `apachectl configtest` complains about; empty when it is content."""
    settings = apache_folder(folder, included, modules)
    done = subprocess.run([*_command(settings), "-t"], capture_output=True, text=True, timeout=30, check=False)
    return "" if (done.returncode, done.stderr.strip()) == (0, "Syntax OK") else done.stderr


@contextmanager
def apache_with(
    folder: Path, included: Sequence[Path], ports: Sequence[int], modules: Sequence[str] = ENABLED
) -> Iterator[None]:
    """It runs with these files, which bring `Listen` and `<VirtualHost>` for `ports`."""
    settings = apache_folder(folder, included, modules)
    with running([*_command(settings), "-D", "FOREGROUND"], ports, folder / "error.log"):
        yield


def _files_of(modules: Sequence[str]) -> list[Path]:
    """The files that `a2enmod` would link, of what the modules depend on too."""
    wanted: dict[str, None] = {}

    def want(name: str) -> None:
        depends = re.search(r"^# Depends: (.*)", (MODULES / f"{name}.load").read_text(), re.MULTILINE)
        for one in depends[1].split() if depends else []:
            want(one)
        wanted[name] = None

    for module in modules:
        want(module)
    loads = [MODULES / f"{name}.load" for name in wanted]
    return [*loads, *(file for name in wanted if (file := MODULES / f"{name}.conf").exists())]


def _command(settings: Path) -> list[str]:
    assert APACHE, missing()
    return [APACHE, "-f", str(settings)]
