"""How `app-config.js` comes: whether at all, as what, how old, and for how long browsers keep it."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import moment_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.parts import SCRIPT, type_of
from ohif_setup.checks.viewer.steps import install, line, past, readable, regenerate, viewer_server
from ohif_setup.checks.web_server import name_of
from ohif_setup.checks.who_answered import is_web_server
from ohif_setup.network.look.served import ServedViewer, text_of
from ohif_setup.network.wire.exchange import Exchange, Received, evidence

BLANK = "the page stays blank"
YEARS = 10
"""From this age on the date of a file is none: npm dates every file 26 October 1985."""
_GOOGLE = "healthcare.googleapis.com"
LONG = 3600
"""Seconds that a browser may keep the configuration without asking."""
_PATH = re.compile(r"\s*/?[\w.-]+(?:/[\w.-]+)*\.js\s*")


def absent(answers: Answers, exchange: Exchange) -> Fault | None:
    """Where no script comes at all."""
    shown = evidence(exchange)
    if exchange.received is None or says_nothing(exchange):
        return unanswered(exchange, "app-config.js", BLANK)
    received = exchange.received
    text = text_of(received)
    if received.status == 200 and received.is_html():
        return Fault(
            "FM64",
            "a page comes in the place of app-config.js",
            f"{BLANK}; the console says Unexpected token '<'",
            "The file is not where the page looks for it, and the web server answers with the viewer's page instead.",
            (install(answers), *regenerate(answers)),
            evidence=shown,
        )
    if received.status == 403:
        return _forbidden(answers, exchange)
    if received.status != 200:
        cause = "The page loads it before anything else, and it is not there."
        title = f"app-config.js: status {received.status}"
        return Fault("FM64", title, BLANK, cause, (install(answers), *regenerate(answers)), evidence=shown)
    if _PATH.fullmatch(text) or (text.strip() and "window.config" not in text):
        holds, cause = "no window.config", "What is served under that name sets nothing that OHIF reads."
        if _PATH.fullmatch(text):
            holds = "a path"
            cause = (
                "In the image ohif/app the variable APP_CONFIG means the contents of the file at run time, and a path while "
                "building."
            )
        return Fault(
            "FM65",
            f"app-config.js holds {holds}",
            BLANK,
            cause,
            (Fix("Container", 'APP_CONFIG="$(cat deploy/app-config.js)", or mount the file'), install(answers)),
            evidence=shown,
        )
    return _empty(answers, received, shown) or _typed(answers, exchange)


def _forbidden(answers: Answers, exchange: Exchange) -> Fault:
    """The page came, and its configuration is refused."""
    server, folder = viewer_server(answers), answers.viewer.folder
    cause = "The page loads it before anything else, and it is refused."
    fix = past(answers.viewer.url, exchange)
    if server and is_web_server(server, exchange):
        cause += f" {name_of(server)} may not read the file, or its configuration forbids it."
        fix = (readable(f"{folder.rstrip('/')}/app-config.js"), *regenerate(answers))
    return Fault("", "app-config.js: status 403", BLANK, cause, fix, evidence=evidence(exchange))


def stale(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """An old compressed copy beside the file, which browsers get and `curl` does not."""
    plain, packed = viewer.config, viewer.config_packed
    if plain is None or packed is None or plain.received is None or packed.received is None:
        return []
    if packed.received.status == 200 and plain.received.body == packed.received.body:
        return []
    copy = shlex.quote(f"{answers.viewer.folder or '.'}/app-config.js.gz")
    return [
        Fault(
            "FM63",
            "browsers get another app-config.js than the file: an old compressed copy",
            "changes do not show in the viewer, and demo studies appear in the place of one's own",
            "Asked for with gzip, another text comes than without. gzip_static of nginx takes app-config.js.gz where there is one, "
            "however old that is.",
            (
                Fix(
                    "Folder",
                    f"rm {copy} (and .br); restart a container of ohif/app",
                ),
                *line(answers, lambda lines: lines.no_packed_copies),
            ),
            evidence=evidence(packed),
        )
    ]


def googles(answers: Answers, text: str, generated: str, exchange: Exchange) -> list[Fault]:
    """What the image ohif/app serves instead of the mounted configuration when a variable of its environment is set."""
    if _GOOGLE not in text or _GOOGLE in generated or any(_GOOGLE in server.url for server in answers.servers):
        return []
    return [
        Fault(
            "FM66",
            "the configuration for Google's service is served",
            "the viewer asks for a Google account, and shows none of one's studies",
            "The image ohif/app puts it there when CLIENT_ID or HEALTHCARE_API_ENDPOINT is set in its environment.",
            (Fix("Container", "unset CLIENT_ID and HEALTHCARE_API_ENDPOINT, and start it anew"),),
            evidence=evidence(exchange),
        )
    ]


def kept(answers: Answers, exchange: Exchange, name: str) -> list[Fault]:
    """What lets browsers keep the configuration, or the page that loads it, without asking again."""
    received = exchange.received
    if received is None:
        return []
    control = received.header("Cache-Control").lower()
    age = re.search(r"max-age=(\d{1,12})", control)
    if re.search(r"no-cache|no-store|must-revalidate", control) or (age and int(age[1]) <= LONG):
        return []
    old = _years(received)
    # Without Cache-Control browsers choose how long to keep a file: a tenth of its age (RFC 9111, 4.2.2).
    if not age and old < YEARS:
        return []
    fixes = list(line(answers, lambda lines: lines.no_cache))
    if age:
        reason = f"Cache-Control is {short(control, 80)}."
    else:
        dated = short(received.header("Last-Modified"), 40)
        reason = (
            f"It is dated {dated} and comes without Cache-Control, so browsers keep it for a tenth of its age: about "
            f"{old * 0.1:.0f} years."
        )
        fixes.append(Fix("File", "give it a fresh date: ohif-setup install-viewer does"))
    return [
        Fault(
            "FM73",
            f"browsers will keep this {name}, whatever changes",
            "what changed is seen neither on the next visit nor on reload",
            reason,
            tuple(fixes),
            "warn",
            evidence(exchange),
        )
    ]


def _empty(answers: Answers, received: Received, shown: dict[str, object]) -> Fault | None:
    if text_of(received).strip():
        return None
    return Fault(
        "FM63",
        "app-config.js is empty",
        BLANK,
        "In the image ohif/app every .js is emptied, and only its .gz is served, by its own nginx with gzip_static.",
        (install(answers), Fix("Container", "or let the image's own nginx serve its folder")),
        evidence=shown,
    )


def _typed(answers: Answers, exchange: Exchange) -> Fault | None:
    kind = type_of(exchange)
    if kind in SCRIPT:
        return None
    status: Severity = "warn"
    # Without nosniff browsers run a classic script of almost any type.
    if exchange.received and "nosniff" in exchange.received.header("X-Content-Type-Options").lower():
        status = "fail"
    return Fault(
        "FM75",
        f"app-config.js comes as {kind or 'nothing'}, not as JavaScript",
        f"{BLANK} where the web server sends nosniff",
        "The web server does not know the type of .js files.",
        line(answers, lambda lines: lines.script_type),
        status,
        evidence(exchange),
    )


def _years(received: Received) -> float:
    changed = moment_of(received.header("Last-Modified"))
    now = moment_of(received.header("Date")) or datetime.now(UTC)
    if changed is None:
        return 0.0
    return (now - changed).total_seconds() / (365.25 * 86400)
