"""The published builds of OHIF (`@ohif/app` on npm), fetched once and kept outside of the checkout.

`python -m tests.browser.builds` fetches what is missing and prints where it lies.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

INTEGRITY = {
    "3.11.1": "sha512-0lJRyHguGuIR06PxeJ3rqnPWf1OAqsaXGuqT2kl5HkNjIOxBDnRTTMvyHnkn3ZyjcHlsIhY8gf0h7AhVORqsSQ==",
    "3.13.2": "sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==",
    "3.14.0-beta.6": "sha512-QwA0talqhh4VlUR+QgT2t8FP7NpX++4s6Z9Cp5VIcta3JMd2zGBPTp/R9t7JaX0Xi1AHAZAJxTv502R+SawaBg==",
}
"""What npm says of each tarball (`dist.integrity`), so that every run tests the same bytes."""

VERSIONS = tuple(INTEGRITY)

DOWNLOAD_SECONDS = 300
_INSIDE = "package/dist/"


class BuildMissingError(Exception):
    """A build is not in the cache and could not be fetched."""


def _cache_folder() -> Path:
    own = os.environ.get("OHIF_SETUP_TEST_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ohif-setup"


CACHE = _cache_folder()
"""`$OHIF_SETUP_TEST_CACHE`, or `ohif-setup` in the user's cache folder. Found at the import, because each test has another home:
one that asked from there would fetch a build of 50 MB for itself."""


def build_folder(version: str) -> Path:
    """The unpacked `dist` of one version; about 50 MB are fetched when it is missing. Raises `BuildMissingError`."""
    folder = CACHE / f"ohif-app-{version}"
    if not folder.is_dir():
        try:
            _fetch(version, folder)
        except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
            raise BuildMissingError(f"@ohif/app {version} could not be fetched: {_reason(error)}") from error
    return folder


def _fetch(version: str, folder: Path) -> None:
    """Fetch and unpack aside, then rename: a folder that is there is whole, also when two runs fetch at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as aside:
        # The folder is npm's working directory, so that no package.json around the checkout has a say.
        command = ["npm", "pack", "--loglevel=error", f"@ohif/app@{version}"]
        subprocess.run(command, cwd=aside, check=True, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
        (tarball,) = Path(aside).glob("*.tgz")
        _verify(tarball, INTEGRITY[version])
        unpacked = Path(aside) / "dist"
        _unpack(tarball, unpacked)
        try:
            unpacked.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def _verify(tarball: Path, integrity: str) -> None:
    with tarball.open("rb") as content:
        digest = base64.b64encode(hashlib.file_digest(content, "sha512").digest()).decode()
    if f"sha512-{digest}" != integrity:
        raise OSError(f"{tarball.name} is not the file that was published")


def _unpack(tarball: Path, target: Path) -> None:
    with tarfile.open(tarball) as archive:
        for member in archive:
            if member.name.startswith(_INSIDE):
                member.name = member.name.removeprefix(_INSIDE)
                archive.extract(member, target, filter="data")


def _reason(error: Exception) -> str:
    said = getattr(error, "stderr", None)
    return str(said).strip() if said else str(error)


if __name__ == "__main__":
    for wanted in sys.argv[1:] or VERSIONS:
        print(build_folder(wanted))
