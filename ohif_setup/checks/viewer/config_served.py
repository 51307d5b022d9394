"""How `app-config.js` is served: whether at all, with which type, how old, and for how long browsers keep it."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import moment_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.generated import Generated
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.body import unread_coding, wrong_bytes
from ohif_setup.checks.viewer.parts import SCRIPT, is_never_run, type_of, unreadable
from ohif_setup.checks.viewer.steps import (
    install,
    make_readable,
    past_proxies,
    regenerate,
    viewer_server,
    web_server_line,
)
from ohif_setup.checks.web_server import name_of
from ohif_setup.checks.who_answered import is_web_server
from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.network.look.served import ServedViewer, text_of
from ohif_setup.network.wire.exchange import Exchange, Received, evidence

BLANK = "the page stays blank"
YEARS = 10
"""A file older than this has no real date: npm dates every file of a package 26 October 1985."""
_GOOGLE = "healthcare.googleapis.com"
LONG = 3600
"""Seconds for which a browser may keep the configuration without asking again. A change shows within the hour."""
_PATH = re.compile(r"\s*/?[\w.-]+(?:/[\w.-]+)*\.js\s*")
"""A whole text that is only the path of a script, such as `config/default.js`."""


def not_served(answers: Answers, exchange: Exchange) -> Fault | None:
    """The fault of an answer that is no configuration at all: no answer, a page, an error, another text, or a wrong type."""
    shown = evidence(exchange)
    wrong = unreadable(answers, exchange, "app-config.js", BLANK) if exchange.status in (None, 200) else None
    if wrong:
        return wrong
    if exchange.received is None or says_nothing(exchange):
        return unanswered(exchange, "app-config.js", BLANK)
    received = exchange.received
    text = text_of(received)
    # The fallback of the viewer's routes answers for the missing file.
    if received.status == 200 and received.is_html():
        return Fault(
            "FM64",
            "a page comes instead of app-config.js",
            f"{BLANK}; the console says Unexpected token '<'",
            "The file is not where the page expects it, so the web server answers with the viewer's page.",
            (install(answers), *regenerate(answers)),
            evidence=shown,
        )
    if received.status == 403:
        return _forbidden(answers, exchange)
    if received.status != 200:
        cause = "The page loads it before anything else, but it is not there."
        title = f"app-config.js: status {received.status}"
        return Fault("FM64", title, BLANK, cause, (install(answers), *regenerate(answers)), evidence=shown)
    # What this tool cannot unpack is no text that it could judge.
    if unread_coding(received):
        return _wrong_type(answers, exchange)
    # An empty text goes on to `_empty`, which knows another cause.
    if _PATH.fullmatch(text) or (text.strip() and "window.config" not in text):
        # JSON, a module, a page that was saved: the reader says which.
        contents, cause = "no window.config", why_not(text) or "The file of that name sets nothing that OHIF reads."
        if _PATH.fullmatch(text):
            contents = "a path"
            cause = (
                "In the image ohif/app the variable APP_CONFIG means the contents of the file at run time, but a path at build "
                "time."
            )
        return Fault(
            "FM65",
            f"app-config.js contains {contents}",
            BLANK,
            cause,
            (Fix("Container", 'APP_CONFIG="$(cat deploy/app-config.js)", or mount the file'), install(answers)),
            evidence=shown,
        )
    return _empty(answers, received, shown) or _wrong_type(answers, exchange)


def _forbidden(answers: Answers, exchange: Exchange) -> Fault:
    """The page comes, but its configuration is refused."""
    server, folder = viewer_server(answers), answers.viewer.folder
    cause = "The page loads it before anything else, but access to it is forbidden."
    fix = past_proxies(answers.viewer.url, exchange)
    # Only a refusal by the site's own web server can be fixed with file permissions.
    if server and is_web_server(server, exchange):
        cause += f" {name_of(server)} may not read the file, or its configuration forbids it."
        fix = (make_readable(f"{folder.rstrip('/')}/app-config.js"), *regenerate(answers))
    return Fault("", "app-config.js: status 403", BLANK, cause, fix, evidence=evidence(exchange))


def stale_copy(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """The fault of an old compressed copy beside the file, which browsers get and `curl` does not.

    From 3.10.0-beta.34 on, until issue 4669 of OHIF/Viewers was fixed, the images hid a mounted file behind a copy of their own.
    """
    plain, packed = viewer.config, viewer.config_packed
    if plain is None or packed is None or plain.received is None or packed.received is None:
        return []
    if any(unread_coding(one.received) or _is_unreadable(one) for one in (plain, packed)):
        return []
    # Both bodies are unpacked, so any difference is one of contents.
    if packed.received.status == 200 and plain.received.body == packed.received.body:
        return []
    copy = shlex.quote(f"{answers.viewer.folder or '.'}/app-config.js.gz")
    return [
        Fault(
            "FM63",
            "browsers get another app-config.js than the file: an old compressed copy",
            "changes have no effect in the viewer, and demo studies appear instead of yours",
            "A request with gzip gets another text than one without. gzip_static of nginx serves app-config.js.gz if it exists, "
            "however old it is.",
            (
                Fix(
                    "Folder",
                    f"rm {copy} (and .br); restart a container of ohif/app",
                ),
                *web_server_line(answers, lambda lines: lines.no_packed_copies),
            ),
            evidence=evidence(packed),
        )
    ]


def what_browsers_get(viewer: ServedViewer) -> Exchange | None:
    """The answer for `app-config.js` that decides: the one to a request with gzip, as browsers send it, where its bytes are the
    fault, or where this tool can read no other. Else the plain one, and `stale_copy` names a difference between the two."""
    plain, packed = viewer.config, viewer.config_packed
    if plain is None or packed is None:
        return plain
    if _is_unreadable(packed):
        return packed
    if packed.status == 200 and (_is_unreadable(plain) or unread_coding(plain.received)):
        return packed
    return plain


def _is_unreadable(exchange: Exchange) -> bool:
    if exchange.trouble:
        return exchange.trouble.kind in ("coding", "cut")
    return exchange.status == 200 and exchange.received is not None and wrong_bytes(exchange.received) is not None


def old_brotli_copy(viewer: ServedViewer) -> list[Fault]:
    """The fault of a copy compressed with Brotli or zstd that is older than the file. This tool cannot unpack it, but the dates of
    the two files tell: compression on the way keeps the date, or leaves it out."""
    plain, packed = viewer.config, viewer.config_br
    if plain is None or packed is None or plain.received is None or packed.received is None:
        return []
    coding = unread_coding(packed.received)
    made, changed = (moment_of(one.received.header("Last-Modified")) for one in (packed, plain) if one.received)
    if not coding or packed.status != 200 or made is None or changed is None or made >= changed:
        return []
    return [
        Fault(
            "FM63",
            f"browsers get a copy of app-config.js that is older than the file (Content-Encoding: {coding})",
            "perhaps changes have no effect in the viewer",
            f"The copy is dated {short(packed.received.header('Last-Modified'), 40)}, the file "
            f"{short(plain.received.header('Last-Modified'), 40)}. Browsers ask for {coding}, curl does not.",
            (Fix("Folder", "remove app-config.js.br and .zst beside it, or compress the file again"),),
            "warn",
            evidence(packed),
        )
    ]


def cut_short(answers: Answers, text: str, generated: Generated, exchange: Exchange) -> Fault | None:
    """The fault of a text that is the beginning of the site's own file and no more."""
    plain = text.replace("\r\n", "\n").rstrip()
    for whole in (generated.wanted, generated.written):
        known = (whole or "").replace("\r\n", "\n").rstrip()
        if plain and plain != known and known.startswith(plain):
            return Fault(
                "wrong-bytes",
                f"app-config.js is cut off after {len(plain)} of {len(known)} characters",
                f"{BLANK}; the console says Unexpected end of input",
                "Its Content-Length is smaller than the file, or the copy on the web server is incomplete: the disk was full, or a "
                "proxy keeps the length of an older file.",
                (install(answers), *web_server_line(answers, lambda lines: lines.no_cache)),
                evidence=evidence(exchange),
            )
    return None


def google_config(answers: Answers, text: str, generated: str, exchange: Exchange) -> list[Fault]:
    """The fault of Google's configuration, which the image ohif/app serves if a variable of its environment is set."""
    # A site may mean Google's service: then its answers, or a hand edit of the generated file, name that host too.
    if _GOOGLE not in text or _GOOGLE in generated or any(_GOOGLE in server.url for server in answers.servers):
        return []
    return [
        Fault(
            "FM66",
            "the configuration for Google's service is served",
            "the viewer asks for a Google account, and shows none of your studies",
            "The image ohif/app puts it there if CLIENT_ID or HEALTHCARE_API_ENDPOINT is set in its environment.",
            (Fix("Container", "unset CLIENT_ID and HEALTHCARE_API_ENDPOINT, and start it again"),),
            evidence=evidence(exchange),
        )
    ]


def cached_too_long(answers: Answers, exchange: Exchange, name: str) -> list[Fault]:
    """The fault of headers that let browsers keep the configuration, or the page that loads it, without asking again."""
    received = exchange.received
    if received is None:
        return []
    control = received.header("Cache-Control").lower()
    age = re.search(r"max-age=(\d{1,12})", control)
    if re.search(r"no-cache|no-store|must-revalidate", control) or (age and int(age[1]) <= LONG):
        return []
    years = _age_in_years(received)
    # Without Cache-Control browsers choose how long to keep a file: a tenth of its age (RFC 9111, 4.2.2). Of a file that was
    # installed recently that is short, and a web server without Cache-Control is common, so only absurd ages count.
    if not age and years < YEARS:
        return []
    fixes = list(web_server_line(answers, lambda lines: lines.no_cache))
    if age:
        reason = f"Cache-Control is {short(control, 80)}."
    else:
        dated = short(received.header("Last-Modified"), 40)
        reason = (
            f"It is dated {dated} and comes without Cache-Control, so browsers keep it for a tenth of its age: about "
            f"{years * 0.1:.0f} years."
        )
        # With a max-age the date makes no difference.
        fixes.append(Fix("File", "give it a fresh date: ohif-setup install-viewer does"))
    return [
        Fault(
            "FM73",
            f"browsers will keep this {name} even if it changes",
            "a change shows neither on the next visit nor on reload",
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
        "The image ohif/app empties every .js file and serves only its .gz, with its own nginx and gzip_static.",
        (install(answers), Fix("Container", "or let the image's own nginx serve its folder")),
        evidence=shown,
    )


def _wrong_type(answers: Answers, exchange: Exchange) -> Fault | None:
    kind = type_of(exchange)
    if kind in SCRIPT:
        return None
    status: Severity = "warn"
    symptom = f"{BLANK} where the web server sends nosniff"
    # app-config.js is a classic script. Browsers run those with almost any type, unless the web server sends nosniff.
    if is_never_run(exchange):
        status, symptom = "fail", f"{BLANK}; the console says Refused to execute script"
    return Fault(
        "FM75",
        f"app-config.js comes as {kind or 'nothing'}, not as JavaScript",
        symptom,
        "The web server does not know the type of .js files.",
        web_server_line(answers, lambda lines: lines.script_type),
        status,
        evidence(exchange),
    )


def _age_in_years(received: Received) -> float:
    """The age of a file by its headers; 0 if it has no readable date."""
    changed = moment_of(received.header("Last-Modified"))
    # The server's own clock, as browsers compute the age: this machine's may be wrong.
    now = moment_of(received.header("Date")) or datetime.now(UTC)
    if changed is None:
        return 0.0
    return (now - changed).total_seconds() / (365.25 * 86400)
