"""A real OpenID Connect provider on loopback: npm's `oidc-provider`, fetched once and kept outside of the checkout.

`python -m tests.parts.oidc_provider` fetches it and prints where it lies.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.browser.builds import CACHE
from tests.parts.ports import free_port, running

VERSION = "9.13.3"
OURS = Path(__file__).parent / "oidc"
"""The script that configures it, and the lock file with the digests of all packages."""

FETCH_SECONDS = 300
PUBLIC = "ohif-viewer"
CONFIDENTIAL = "ohif-server"
"""Two clients; the second one has a secret, as the default of many consoles is."""


class ProviderMissingError(Exception):
    """It is not in the cache and could not be fetched."""


@dataclass(frozen=True)
class OidcProvider:
    """A running provider. `issuer` is its address for browsers, `port` its port of 127.0.0.1."""

    issuer: str
    port: int
    _requests: Path

    @property
    def requests(self) -> list[str]:
        """Method, path and query of each request so far."""
        return self._requests.read_text(encoding="utf-8").splitlines()


def missing() -> str:
    """What must be installed; empty when all is there."""
    return "" if shutil.which("node") and shutil.which("npm") else "Debian's packages nodejs and npm are not installed"


def fetched() -> Path:
    """The folder with its packages; a few MB are fetched when it is missing. Raises `ProviderMissingError`."""
    folder = CACHE / f"oidc-provider-{VERSION}"
    if not folder.is_dir():
        try:
            _fetch(folder)
        except (OSError, subprocess.SubprocessError) as error:
            raise ProviderMissingError(f"oidc-provider could not be fetched: {error}") from error
    return folder


def _fetch(folder: Path) -> None:
    """Install aside, then rename: a folder that is there is whole, also when two runs fetch at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as name:
        aside = Path(name) / "whole"
        aside.mkdir()
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(OURS / file, aside / file)
        command = ["npm", "ci", "--loglevel=error", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=aside, check=True, capture_output=True, text=True, timeout=FETCH_SECONDS)
        try:
            aside.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


@contextmanager
def oidc_provider(
    folder: Path,
    packages: Path,
    authority: trustme.CA,
    *,
    host: str,
    viewers: Sequence[str],
    origins: Sequence[str],
    lifetime: int = 3600,
    port: int = 0,
) -> Iterator[OidcProvider]:
    """One that knows `PUBLIC` and `CONFIDENTIAL`, registered for the viewers at these URLs, and lets in pages of `origins`.

    `folder` takes its files, `packages` is `fetched()`. An access token lives for `lifetime` seconds.
    """
    port = port or free_port()
    issuer = f"https://{host}:{port}"
    certificate, key, requests = folder / "provider.pem", folder / "provider-key.pem", folder / "provider-requests.txt"
    issued = authority.issue_cert(host)
    issued.private_key_pem.write_to_path(str(key))
    certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    requests.touch()
    client = {
        "redirect_uris": [f"{viewer}/callback" for viewer in viewers],
        # OHIF asks to come back to the page on which somebody chose to sign out, here the study list (measured).
        "post_logout_redirect_uris": [f"{viewer}/" for viewer in viewers],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }
    told = {
        "module": str(packages / "node_modules" / "oidc-provider" / "lib" / "index.js"),
        "issuer": issuer,
        "port": port,
        "certificate": str(certificate),
        "key": str(key),
        "requests": str(requests),
        "origins": list(origins),
        "lifetime": lifetime,
        "clients": [
            client | {"client_id": PUBLIC, "token_endpoint_auth_method": "none"},
            client | {"client_id": CONFIDENTIAL, "client_secret": "only for tests"},
        ],
    }
    command = ["node", str(OURS / "provider.mjs"), json.dumps(told)]
    with running(command, [port], folder / "provider.log"):
        yield OidcProvider(issuer, port, requests)


if __name__ == "__main__":
    print(fetched())
