"""The printed steps on a Debian as it comes, whose own site answers on port 80: they are typed as they are, in namespaces of their
own for network, mounts and processes, with copies of what they change.

Two things are another's: `systemctl`, because no systemd is there, and the registry of npm.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohif_setup.demo.orthanc.images import demo_files
from tests.browser.builds import BuildMissingError, build_folder
from tests.browser.chromium import PROGRAM, QUIET
from tests.parts import apache, nginx, orthanc
from tests.parts.ports import has_ipv6
from tests.parts.users import open_folder

VERSION = "3.13.2"
SECONDS = 90

PROGRAMS = {
    "sudo": 'exec "$@"',
    "npm": """\
[ "$*" = "pack --silent @ohif/app@VERSION" ] || exit 1
tar -C BUILD --transform 's,^\\.,package/dist,' -cf - . | gzip -1 > ohif-app.tgz
echo ohif-app.tgz""",
    "ohif-setup": f'exec {sys.executable} -m ohif_setup "$@"',
    "systemctl": """\
case "$*" in
  "reload-or-restart nginx") [ -s /run/nginx.pid ] && exec nginx -s reload; exec nginx ;;
  "restart apache2") apachectl stop; while [ -e /run/apache2/apache2.pid ]; do sleep 0.1; done; exec apachectl start ;;
  "restart orthanc")
    [ -s /run/orthanc.pid ] && kill "$(cat /run/orthanc.pid)" && while [ -e "/proc/$(cat /run/orthanc.pid)" ]; do sleep 0.1; done
    Orthanc /etc/orthanc < /dev/null > /run/orthanc.log 2>&1 &
    echo $! > /run/orthanc.pid
    until curl -fs http://127.0.0.1:8042/system > /dev/null; do sleep 0.1; done ;;
  *) exit 1 ;;
esac""",
}

PRIVATE = """\
set -eu
ip link set lo up
for place in /etc/nginx /etc/apache2 /etc/orthanc /var/lib/orthanc; do
  mkdir -p "$1/private$place"
  cp -a "$place/." "$1/private$place"
  mount --bind "$1/private$place" "$place"
done
mkdir -p "$1/private/var/www/html"
mount --bind "$1/private/var/www" /var/www
for place in /run /var/log/nginx /var/log/apache2; do mount -t tmpfs tmpfs "$place"; done
mkdir -p /run/lock
touch "$1/ready"
# As the first process it has to take leave of those that end.
while :; do sleep 1; done
"""


class Debian:
    """A machine of its own, as far as these programs see it."""

    def __init__(self, top: Path, build: Path) -> None:
        self.site = top / "site"
        self.site.mkdir()
        self._path = top / "bin"
        self._path.mkdir()
        for name, text in PROGRAMS.items():
            program = self._path / name
            whole = text.replace("BUILD", str(build)).replace("VERSION", VERSION.rpartition(".")[0])
            program.write_text(f"#!/bin/sh\n{whole}\n")
            program.chmod(0o755)
        command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self._unshare = subprocess.Popen([*command, "bash", "-c", PRIVATE, "bash", str(top)])
        deadline = time.monotonic() + SECONDS
        while not (top / "ready").exists():
            assert self._unshare.poll() is None, "no namespaces could be made"
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process = self._unshare.pid
        self._inside = Path(f"/proc/{process}/task/{process}/children").read_text().split()[0]

    def run(self, commands: str, *, check: bool = True) -> str:
        """What bash prints, which stops at the first command that fails."""
        enter = ["nsenter", "--target", self._inside, "--mount", "--net", "--pid", f"--wdns={self.site}"]
        environment = {
            **os.environ,
            "PATH": f"{self._path}:{os.environ['PATH']}:/usr/sbin",
            "HOME": str(self.site.parent),
        }
        # Into a file: what goes on in the background would keep a pipe open.
        output = self.site.parent / "output"
        with output.open("w+") as stream:
            done = subprocess.run(
                [*enter, "bash", "-euc", commands],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env=environment,
                timeout=SECONDS,
                check=False,
            )
        said = output.read_text()
        assert not check or done.returncode == 0, said
        return said

    def shown(self) -> list[str]:
        """The page at each address of localhost, and the one that a browser shows."""
        browser = f"{PROGRAM} --headless --disable-gpu {' '.join(QUIET)} --dump-dom http://localhost 2> /dev/null"
        return [self.run(f"curl -sS {version} http://localhost/") for version in ("-4", "-6")] + [self.run(browser)]

    def end(self) -> None:
        self._unshare.send_signal(signal.SIGKILL)
        self._unshare.wait()


@pytest.fixture
def debian() -> Iterator[Debian]:
    missing = nginx.missing() or apache.missing() or orthanc.missing()
    if os.geteuid() != 0 or not shutil.which("ip"):
        missing = "network namespaces need root and Debian's package iproute2"
    if not has_ipv6():
        missing = "this machine has no IPv6: ::1 cannot be listened on"
    if missing:
        pytest.skip(missing)
    try:
        build = build_folder(VERSION)
    except BuildMissingError as error:
        pytest.skip(str(error))
    with open_folder() as top:
        machine = Debian(top, build)
        try:
            yield machine
        finally:
            machine.end()


def printed(text: str) -> list[str]:
    """The blocks of `NEXT-STEPS.md` in their order."""
    return re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


START = {
    "nginx": "cp /usr/share/nginx/html/index.html /var/www/html/index.nginx-debian.html; systemctl reload-or-restart nginx",
    "apache": "cp /usr/share/apache2/default-site/index.html /var/www/html/; systemctl restart apache2",
}
APP = {
    "nginx": """cat > /etc/nginx/sites-enabled/app <<'END'
server { listen 80; listen [::]:80; server_name app.test; root /var/www/app; }
END""",
    "apache": """cat > /etc/apache2/sites-enabled/app.conf <<'END'
<VirtualHost *:80>
ServerName app.test
DocumentRoot /var/www/app
</VirtualHost>
END""",
}
"""Another site of this machine."""
OUTSIDE = """
unshare --net sleep 600 & other=$!
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link add here type veth peer name there netns $other
ip addr add 10.7.7.1/24 dev here
ip link set here up
nsenter --target $other --net sh -c "ip addr add 10.7.7.2/24 dev there && ip link set there up"
status=$(nsenter --target $other --net curl -sS -o /dev/null -w '%{http_code}' -H 'Host: localhost' http://10.7.7.1PATH)
kill $other
echo "status $status"
"""
"""What another machine gets that asks this one for `localhost`."""
WELCOME = {"nginx": "Welcome to nginx!", "apache": "Default Page: It works"}


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["nginx", "apache"])
def test_printed_steps_lead_to_the_viewer_beside_debians_own_site(kind: str, debian: Debian) -> None:
    debian.run(f"mkdir -p /var/www/app; echo 'my app' > /var/www/app/index.html\n{APP[kind]}")
    debian.run(f"{START[kind]}; systemctl restart orthanc")
    assert all(WELCOME[kind] in page for page in debian.shown())
    (debian.site / "image.dcm").write_bytes(next(demo_files()))
    debian.run("curl -fsS --data-binary @image.dcm http://127.0.0.1:8042/instances")
    answers = f"--set server.url=http://localhost:8042 --set viewer.url=http://localhost --set server.proxy={kind}"
    said = debian.run(f"ohif-setup init {answers}")
    assert "! something else answers at http://localhost: " in said
    *steps, proof = printed((debian.site / "deploy" / "NEXT-STEPS.md").read_text())
    for step in steps:
        debian.run(step)
    deadline = time.monotonic() + SECONDS
    while any(WELCOME[kind] in page for page in debian.shown()):  # a reload takes its time
        assert time.monotonic() < deadline, debian.run(proof, check=False)
    assert all("app-config.js" in page for page in debian.shown())
    assert "✗" not in debian.run(proof)
    assert "my app" in debian.run("curl -sS -H 'Host: app.test' http://127.0.0.1/")
    for path in ("/", "/app-config.js", "/dicom-web/studies"):
        assert "status 403" in debian.run(OUTSIDE.replace("PATH", path))
        debian.run("until ! ip link show here 2> /dev/null; do sleep 0.1; done")
