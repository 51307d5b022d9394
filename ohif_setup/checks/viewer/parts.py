"""The parts of OHIF's page: whether they are served, with the right type, built for the viewer's path, and compressed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.body import WASM, wrong_bytes
from ohif_setup.checks.viewer.steps import (
    command,
    install,
    make_readable,
    regenerate,
    viewer_server,
    web_server_line,
)
from ohif_setup.checks.who_answered import is_web_server
from ohif_setup.network.look.served import ServedViewer, ViewerPart, text_of
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.ohif import build

SCRIPT = {
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "text/ecmascript",
    "application/ecmascript",
}
"""The JavaScript types that web servers send, out of the list in the WHATWG MIME Sniffing standard that browsers accept."""
COMPRESSED = {"gzip", "br", "deflate", "zstd", "x-gzip"}
BLANK = "the page stays blank"
NO_DECODER = "compressed images (JPEG 2000, JPEG-LS, HTJ2K) stay black"
HARMLESS = "/init-service-worker.js"
"""A script that only takes service workers of older versions away: without it the viewer works (measured with 3.13.2)."""
NEVER_RUN = ("image/", "audio/", "video/", "text/csv")
"""Types of which browsers run no script at all (WHATWG Fetch; measured in Chromium and Firefox)."""


def faults(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """One fault for each kind of thing that is wrong with the parts."""
    # A page that is built for another path asks for all its parts there, so that alone explains everything else.
    path = built_for_another_path(answers, viewer)
    if path:
        return [path]
    found = [
        _wrong_bytes(answers, [*viewer.parts, *viewer.later]),
        _missing(answers, viewer.parts),
        _missing_later(answers, viewer.later),
        _wrong_types(answers, viewer),
        _bundle_path(answers, viewer),
        _uncompressed(answers, viewer.parts),
    ]
    return [fault for fault in found if fault]


def unreadable(answers: Answers, exchange: Exchange, name: str, symptom: str, *, wasm: bool = False) -> Fault | None:
    """The fault of an answer whose bytes browsers cannot read, as the body or its header shows; None where they can."""
    if exchange.trouble and exchange.trouble.kind in ("coding", "cut"):
        return unanswered(exchange, name, symptom)
    wrong = wrong_bytes(exchange.received, wasm=wasm) if exchange.received else None
    if wrong is None:
        return None
    # Only what was compressed is mended by the compression's settings.
    if wrong.saved_as:
        saved = (Fix("Folder", f"save it as {wrong.saved_as}, or put it there again: {command(answers)}"),)
        return Fault("wrong-bytes", f"{name}: {wrong.what}", symptom, wrong.cause, saved, evidence=evidence(exchange))
    fixes = (
        Fix("Folder", f"put the file itself there, not compressed: {command(answers)}"),
        *web_server_line(answers, lambda lines: lines.no_packed_copies),
        Fix(
            "Host",
            "of files that are stored compressed, such as in a bucket: set Content-Encoding: gzip on each, or store them plain",
        ),
    )
    return Fault("wrong-bytes", f"{name}: {wrong.what}", symptom, wrong.cause, fixes, evidence=evidence(exchange))


def title_of(html: str) -> str:
    """The title of a page; its first 80 characters if it has none."""
    # The page is foreign text. The limits keep the search from taking long on a hostile one.
    found = re.search(r"<title[^>]{0,200}>([^<]{1,200})</title", html[:20_000], re.IGNORECASE)
    if found is None:
        return html[:80]
    return found[1]


def type_of(exchange: Exchange) -> str:
    """The media type of an answer in lower case, without parameters."""
    if exchange.received is None:
        return ""
    return exchange.received.header("Content-Type").partition(";")[0].strip().lower()


def base_path_of(answers: Answers) -> str:
    """The viewer's path with a slash at both ends."""
    return f"{answers.viewer.base_path.rstrip('/')}/"


def built_for_another_path(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The fault of a page that is built for another path than the viewer's."""
    wanted, built_for = base_path_of(answers), build.base_of(viewer.html) or ""
    # A build may name its parts by whole URLs, for example on a content delivery network.
    path = parts_of(built_for).path if "://" in built_for else built_for
    # Relative addresses (empty or `./`) work at any path.
    if not path.startswith("/") or path == wanted:
        return None
    return Fault(
        "FM69",
        f"the build is made for {path}, but the viewer is at {wanted}",
        BLANK,
        "The path is part of the page, the bundles and the style sheets; routerBasename alone changes none of them.",
        (install(answers), Fix("Or", f"build OHIF with PUBLIC_URL={wanted}")),
        evidence=evidence(viewer.page),
    )


def _wrong_bytes(answers: Answers, parts: Sequence[ViewerPart]) -> Fault | None:
    """The fault of files that came, and that browsers cannot read."""
    bad = [
        (part, fault)
        for part in parts
        if not _what_came(part)
        and (fault := unreadable(answers, part.exchange, _name(part.url), _symptom(part), wasm=part.kind == "wasm"))
    ]
    if not bad:
        return None
    fault = bad[0][1]
    if len(bad) > 1:
        fault = replace(fault, title=f"{fault.title}; and {len(bad) - 1} more")
    return replace(
        fault,
        severity=_severity([part for part, _ in bad]),
        evidence={**fault.evidence, "unreadable": [part.url for part, _ in bad]},
    )


def _severity(bad: Sequence[ViewerPart]) -> Severity:
    if all(part.url.endswith(HARMLESS) for part in bad):
        return "warn"
    return "fail"


def _symptom(part: ViewerPart) -> str:
    if part.kind == "wasm":
        return NO_DECODER
    if part.kind == "style":
        return "the page is unstyled"
    return BLANK


def _missing_later(answers: Answers, later: Sequence[ViewerPart]) -> Fault | None:
    """The fault of chunks, workers and decoders that are missing. Those that a busy web server holds back are not."""
    bad = [(part, _what_came(part)) for part in later if _what_came(part) and not says_nothing(part.exchange)]
    if not bad:
        return None
    first, what = bad[0]
    title = f"{_name(first.url)}: {what} came"
    if len(bad) > 1:
        title += f", and {len(bad) - 1} more"
    symptom = "opening a study ends with ChunkLoadError"
    if first.kind == "wasm":
        symptom = NO_DECODER
    return Fault(
        "FM69",
        title,
        symptom,
        "The main bundle loads it when a study is opened, and it is not served: the copy is incomplete, or of another version than "
        "the page, or the web server passes on some files only.",
        (*_readable(answers, first), install(answers), *regenerate(answers)),
        evidence=evidence(first.exchange) | {"missing": [part.url for part, _ in bad]},
    )


def _readable(answers: Answers, part: ViewerPart) -> tuple[Fix, ...]:
    """The command that makes the file readable, where the site's own web server forbids it."""
    server, path = viewer_server(answers), parts_of(part.url).path
    base = base_path_of(answers)
    # The path comes from the served page: it must not lead the command out of the folder.
    if server is None or part.exchange.status != 403 or not path.startswith(base) or ".." in path or "%" in path:
        return ()
    if not is_web_server(server, part.exchange):
        return ()
    return (make_readable(f"{answers.viewer.folder.rstrip('/')}/{path.removeprefix(base)}"),)


def _is_unreadable(part: ViewerPart) -> bool:
    trouble = part.exchange.trouble
    return trouble is not None and trouble.kind in ("coding", "cut")


def _missing(answers: Answers, parts: Sequence[ViewerPart]) -> Fault | None:
    """The fault of files that are missing, or that something else is served for."""
    bad = [(part, _what_came(part)) for part in parts if _what_came(part)]
    if not bad:
        return None
    first, what = bad[0]
    # A busy server is no sign of a missing file.
    if first.exchange.received and says_nothing(first.exchange):
        return unanswered(first.exchange, _name(first.url), BLANK)
    title, symptom = f"{_name(first.url)}: {what} came", f"{BLANK}, or unstyled"
    if len(bad) > 1:
        title += f", and {len(bad) - 1} more"
    # The browser runs the viewer's page, sent as the fallback, as a script, and stops at its first character.
    if any(came == "a page" for _, came in bad):
        symptom += "; the console says Unexpected token '<'"
    return Fault(
        "FM69",
        title,
        symptom,
        "The page names files that are not served: the copy is incomplete, it is of another version than the page, or the web "
        "server answers with something else for them.",
        (*_readable(answers, first), install(answers), *regenerate(answers)),
        _severity([part for part, _ in bad]),
        evidence(first.exchange) | {"missing": [part.url for part, _ in bad]},
    )


def _name(url: str) -> str:
    """The path of a URL; the whole text if it has none."""
    return short(parts_of(url).path or url, 200)


def _what_came(part: ViewerPart) -> str:
    """What came instead of the file, in words; empty if the file came."""
    exchange = part.exchange
    if _is_unreadable(part):
        return ""
    if exchange.trouble:
        return f"no answer ({exchange.trouble.kind})"
    assert exchange.received is not None
    if exchange.received.status != 200:
        return f"status {exchange.received.status}"
    if exchange.received.is_html():
        return "a page"
    if part.kind == "wasm" and exchange.received.body.isascii() and not exchange.received.body.startswith(WASM):
        return "a text"
    # The image ohif/app empties every .js beside its .gz, so a web server without gzip_static sends nothing.
    if not exchange.received.body:
        return "an empty file"
    return ""


def _wrong_types(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The fault of types for which browsers refuse a file: a style sheet and a module always, a script with nosniff or where the
    type is one of images, audio, video or CSV."""
    # A part that did not come, or only in part, is a fault of its own, whatever its type.
    came = [part for part in viewer.parts if not _what_came(part) and not _is_unreadable(part)]
    wrong = [part for part in came if type_of(part.exchange) not in _types_of(part)]
    status: Severity = "fail"
    if wrong:
        refused = [part for part in wrong if _is_refused(part)]
        exchange, symptom = (refused or wrong)[0].exchange, f"{BLANK} or unstyled, and images stay black"
        if not refused:
            status, symptom = "warn", "none yet; a blank page as soon as the web server sends nosniff"
    elif viewer.wasm and viewer.wasm.status == 200 and type_of(viewer.wasm) != "application/wasm":
        # WebAssembly of another type cannot be compiled while it loads, so the viewer falls back to a slower way.
        exchange, status = viewer.wasm, "warn"
        symptom = "compressed images open slowly, with warnings in the console"
    else:
        return None
    return Fault(
        "FM75",
        f"{_name(exchange.sent.url)} comes as {type_of(exchange) or 'nothing'}",
        symptom,
        "The web server does not know the types of these files. Browsers refuse style sheets and modules of the wrong type, and "
        "with X-Content-Type-Options: nosniff all scripts.",
        web_server_line(answers, lambda lines: lines.types(bool(wrong))),
        status,
        evidence(exchange) | {"wrong": [part.url for part in wrong]},
    )


def _is_refused(part: ViewerPart) -> bool:
    """Whether browsers refuse a part of the wrong type, and the viewer needs it."""
    if part.url.endswith(HARMLESS):
        return False
    return part.kind != "script" or is_never_run(part.exchange)


def is_never_run(exchange: Exchange) -> bool:
    """Whether browsers do not run a classic script with the headers of that answer, whose type is not JavaScript."""
    if exchange.received is None:
        return False
    # Only the first of several values counts (WHATWG Fetch).
    sniff = exchange.received.header("X-Content-Type-Options").lower().partition(",")[0].strip()
    return sniff == "nosniff" or type_of(exchange).startswith(NEVER_RUN)


def _types_of(part: ViewerPart) -> set[str]:
    """The media types that browsers accept for such a part."""
    if part.kind == "style":
        return {"text/css"}
    return SCRIPT


def _bundle_path(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The fault of a build of which only a part was moved to the viewer's path.

    The main bundle loads the rest of the viewer from webpack's public path, which is in its last 20 kB of 15 to 17 MB.
    """
    end = viewer.bundle_end
    # A server without range requests answers 200 with the beginning of the bundle, where that path is not.
    if end is None or end.status != 206 or end.received is None:
        return None
    wanted, found = base_path_of(answers), build.public_path_of(text_of(end.received))
    if found is None or not found.startswith("/") or found == wanted:
        return None
    return Fault(
        "FM69",
        f"the page is made for {wanted}, its bundles for {found}",
        f"{BLANK} with ChunkLoadError, or compressed images stay black",
        "Only a part of the build was moved: the main bundle loads the rest from another path.",
        (install(answers), Fix("Or", f"build OHIF with PUBLIC_URL={wanted}")),
        evidence=evidence(end),
    )


def _uncompressed(answers: Answers, parts: Sequence[ViewerPart]) -> Fault | None:
    # The main bundle is most of the first load. nginx compresses only HTML unless gzip_types names other types.
    main = next((part for part in parts if "/app.bundle." in part.url and part.kind == "script"), None)
    if main is None or _what_came(main) or main.exchange.received is None or wrong_bytes(main.exchange.received):
        return None
    if main.exchange.received.header("Content-Encoding").strip().lower() in COMPRESSED:
        return None
    return Fault(
        "",
        "JavaScript is not compressed",
        "the first load takes 26 MB instead of 6 MB",
        "The web server sends the bundles uncompressed.",
        web_server_line(answers, lambda lines: lines.compression),
        "warn",
        evidence(main.exchange),
    )
