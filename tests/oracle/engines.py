"""Starts real browser engines on a page of the oracle. All they may reach is loopback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ohif_setup.browser.values import Engine

MINI_BROWSERS = (
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
)
PACKAGES: Mapping[Engine, str] = {
    "chromium": "chromium",
    "firefox": "firefox-esr",
    "webkit": "webkit2gtk-driver xvfb xauth",
}

CHROMIUM = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
    "--disable-dev-shm-usage", "--disable-features=OptimizationHints,MediaRouter,Translate", "--metrics-recording-only",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", "--enable-logging=stderr",
)  # fmt: skip

# Everything but loopback goes to a proxy that is not there.
FIREFOX = """
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.region.update.enabled", false);
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.search.update", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.startup.page", 0);
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.push.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("media.gmp-manager.updateEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.trr.mode", 5);
user_pref("services.settings.server", "http://127.0.0.1:9/");
user_pref("toolkit.telemetry.enabled", false);
user_pref("toolkit.telemetry.server", "http://127.0.0.1:9/");
user_pref("toolkit.startup.max_resumed_crashes", -1);
"""


@dataclass(frozen=True)
class Started:
    """A running engine; what it prints goes to `log`."""

    process: subprocess.Popen[bytes]
    log: Path


def missing(engine: Engine) -> str:
    """What must be installed for the engine; empty if it is there."""
    there = {
        "chromium": shutil.which("chromium") is not None,
        "firefox": shutil.which("firefox-esr") is not None,
        "webkit": _mini_browser() is not None and shutil.which("xvfb-run") is not None,
    }
    return "" if there[engine] else f"{engine} is not here (Debian packages: {PACKAGES[engine]})"


@contextmanager
def started(engine: Engine, url: str, folder: Path) -> Iterator[Started]:
    """The engine on that page, with an empty profile in `folder`, until the context ends."""
    log = folder / "engine.log"
    profile = folder / "profile"
    profile.mkdir()
    own = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(engine, url, profile),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **own, **_surroundings(engine)},
            start_new_session=True,
        )
        try:
            yield Started(process, log)
        finally:
            _end(process)


def _command(engine: Engine, url: str, profile: Path) -> list[str]:
    match engine:
        case "chromium":
            return ["chromium", *CHROMIUM, f"--user-data-dir={profile}", url]
        case "firefox":
            (profile / "user.js").write_text(FIREFOX)
            return ["firefox-esr", "--headless", "--no-remote", "--profile", str(profile), url]
        case "webkit":
            return ["xvfb-run", "--auto-servernum", str(_mini_browser()), "--private", url]


def _surroundings(engine: Engine) -> dict[str, str]:
    if engine != "webkit":
        return {}
    # No graphics card and no user session are needed to make requests.
    return {
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        "NO_AT_BRIDGE": "1",
        "GTK_A11Y": "none",
        "GSETTINGS_BACKEND": "memory",
        "GIO_USE_PROXY_RESOLVER": "dummy",
    }


def _mini_browser() -> str | None:
    return next((path for path in MINI_BROWSERS if Path(path).exists()), None)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the engine with all its children; it leads a session of its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
