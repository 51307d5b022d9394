"""Debian's nginx on loopback: an `http { }` around a configuration file that is included as it is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.parts.ports import free_port, running
from tests.parts.users import WORKER

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MIME_TYPES = Path("/etc/nginx/mime.types")


def missing() -> str:
    """What must be installed; empty when all is there."""
    return "" if NGINX else "Debian's package nginx is not installed"


def nginx_folder(folder: Path, included: Sequence[Path], *, mime_types: bool = True, private: bool = False) -> Path:
    """Write the frame around the `included` files into `folder`, which takes all that nginx writes; gives its path.

    `mime_types`: Debian's `nginx.conf` brings them, other frames may not. `private`: all in one process of the user who
    starts it, for files that Debian's user www-data must not read.
    """
    settings = folder / "nginx.conf"
    places = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    workers = f"user {WORKER};" if WORKER and not private else ""
    settings.write_text(
        f"daemon off; master_process {'off' if private else 'on'}; worker_processes 1; {workers}\n"
        f"pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{\naccess_log {folder}/access.log;\n{places}\n"
        + (f"include {MIME_TYPES};\ndefault_type application/octet-stream;\n" if mime_types else "")
        + "".join(f"include {file};\n" for file in included)
        + "}\n"
    )
    return settings


def nginx_test(folder: Path, included: Sequence[Path], *, mime_types: bool = True) -> str:
    """What `nginx -t` complains about; empty when it is content."""
    settings = nginx_folder(folder, included, mime_types=mime_types)
    done = subprocess.run([*_command(folder, settings), "-t"], capture_output=True, text=True, timeout=30, check=False)
    warned = done.returncode or "[warn]" in done.stderr
    return done.stderr if warned else ""


@contextmanager
def nginx_with(
    folder: Path, included: Sequence[Path], ports: Sequence[int], *, mime_types: bool = True, private: bool = False
) -> Iterator[None]:
    """It runs with these files of `server { }` blocks, which listen on `ports`."""
    settings = nginx_folder(folder, included, mime_types=mime_types, private=private)
    with running(_command(folder, settings), ports, folder / "error.log"):
        yield


@contextmanager
def nginx(folder: Path, http: str, server: str) -> Iterator[str]:
    """The address of one with these lines inside `http { }` and inside of a `server { }`."""
    port = free_port()
    block = folder / "lines.conf"
    block.write_text(f"{http}\nserver {{\nlisten 127.0.0.1:{port};\n{server}\n}}\n")
    with nginx_with(folder, [block], [port], mime_types=False, private=True):
        yield f"http://127.0.0.1:{port}"


def _command(folder: Path, settings: Path) -> list[str]:
    assert NGINX, missing()
    return [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(settings)]
