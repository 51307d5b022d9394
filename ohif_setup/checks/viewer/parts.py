"""The parts of OHIF's page: whether they are there, of the right type, made for the viewer's path, and compressed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.steps import install, line, regenerate
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
COMPRESSED = {"gzip", "br", "deflate", "zstd", "x-gzip"}
BLANK = "the page stays blank"


def faults(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """What is wrong, the gravest alone where it explains the rest."""
    path = for_another_path(answers, viewer)
    if path:
        return [path]
    found = [_missing(answers, viewer.parts), _wrong_types(answers, viewer), _inner_path(answers, viewer)]
    found.append(_uncompressed(answers, viewer.parts))
    return [fault for fault in found if fault]


def title_of(html: str) -> str:
    """The title of a page, or how it begins."""
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


def for_another_path(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The page carries the path that it was built for."""
    wanted, made_for = base_path_of(answers), build.base_of(viewer.html) or ""
    path = parts_of(made_for).path if "://" in made_for else made_for
    if not path.startswith("/") or path == wanted:
        return None
    return Fault(
        "FM69",
        f"the build is made for {path}, and the viewer lives at {wanted}",
        BLANK,
        "The path stands in the page, in the bundles and in the style sheets; routerBasename alone moves none of them.",
        (install(answers), Fix("Or", f"build OHIF with PUBLIC_URL={wanted}")),
        evidence=evidence(viewer.page),
    )


def _missing(answers: Answers, parts: Sequence[ViewerPart]) -> Fault | None:
    """Files that are missing, or replaced by something else."""
    bad = [(part, _what_came(part)) for part in parts if _what_came(part)]
    if not bad:
        return None
    first, what = bad[0]
    if first.exchange.received and says_nothing(first.exchange):
        return unanswered(first.exchange, _name(first.url), BLANK)
    title, symptom = f"{_name(first.url)}: {what} came", f"{BLANK}, or unstyled"
    if len(bad) > 1:
        title += f", and {len(bad) - 1} more"
    if any(came == "a page" for _, came in bad):
        symptom += "; the console says Unexpected token '<'"
    return Fault(
        "FM69",
        title,
        symptom,
        "The page names files that are not served: the copy is not whole, it is of another version than the page, or the web "
        "server answers for them with something else.",
        (install(answers), *regenerate(answers)),
        evidence=evidence(first.exchange) | {"missing": [part.url for part, _ in bad]},
    )


def _name(url: str) -> str:
    """Its path; an address that is none as it stands there."""
    return short(parts_of(url).path or url, 200)


def _what_came(part: ViewerPart) -> str:
    exchange = part.exchange
    if exchange.trouble:
        return f"no answer ({exchange.trouble.kind})"
    assert exchange.received is not None
    if exchange.received.status != 200:
        return f"status {exchange.received.status}"
    if exchange.received.is_html():
        return "a page"
    if not exchange.received.body:
        return "an empty file"
    return ""


def _wrong_types(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """Types by which browsers refuse a file: a style sheet and a module always, a script with nosniff."""
    wrong = [
        part for part in viewer.parts if not _what_came(part) and type_of(part.exchange) not in _types_of(part)
    ]  # fmt: skip
    status: Severity = "fail"
    if wrong:
        exchange, symptom = wrong[0].exchange, f"{BLANK} or unstyled, and images stay black"
    elif viewer.wasm and viewer.wasm.status == 200 and type_of(viewer.wasm) != "application/wasm":
        exchange, status = viewer.wasm, "warn"
        symptom = "compressed images open slowly, with warnings in the console"
    else:
        return None
    return Fault(
        "FM75",
        f"{_name(exchange.sent.url)} comes as {type_of(exchange) or 'nothing'}",
        symptom,
        "The web server does not know the types of these files, and browsers refuse what has the wrong one.",
        line(answers, lambda lines: lines.types(bool(wrong))),
        status,
        evidence(exchange) | {"wrong": [part.url for part in wrong]},
    )


def _types_of(part: ViewerPart) -> set[str]:
    if part.kind == "style":
        return {"text/css"}
    return SCRIPT


def _inner_path(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The path from which the main bundle loads the rest; it stands at the bundle's end."""
    end = viewer.bundle_end
    if end is None or end.status != 206 or end.received is None:
        return None
    wanted, found = base_path_of(answers), build.public_path_of(text_of(end.received))
    if found is None or not found.startswith("/") or found == wanted:
        return None
    return Fault(
        "FM69",
        f"the page is made for {wanted}, its bundles for {found}",
        f"{BLANK} with ChunkLoadError, or compressed images stay black",
        "Only a part of the build was moved: what the main bundle loads later, it asks for at another path.",
        (install(answers), Fix("Or", f"build OHIF with PUBLIC_URL={wanted}")),
        evidence=evidence(end),
    )


def _uncompressed(answers: Answers, parts: Sequence[ViewerPart]) -> Fault | None:
    main = next((part for part in parts if "/app.bundle." in part.url and part.kind == "script"), None)
    if main is None or _what_came(main) or main.exchange.received is None:
        return None
    if main.exchange.received.header("Content-Encoding").strip().lower() in COMPRESSED:
        return None
    return Fault(
        "",
        "JavaScript is not compressed",
        "the first load takes 26 MB in the place of 6 MB",
        "The web server sends the bundles as they are.",
        line(answers, lambda lines: lines.compression),
        "warn",
        evidence(main.exchange),
    )
