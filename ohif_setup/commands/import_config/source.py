"""The input of `import`: an `app-config.js` on disk, or that of a running viewer."""

from __future__ import annotations

import codecs
from pathlib import Path

from ohif_setup.browser.origin import has_userinfo
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.read.config import ReadConfig, read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.disk.reading import read_regular, reason
from ohif_setup.disk.safe_path import file_at
from ohif_setup.errors import SetupError
from ohif_setup.network.wire.http import Http

FILE = "app-config.js"


def content_of(source: str, timeout: float) -> tuple[bytes, str]:
    """The bytes of the configuration, and the viewer URL where `source` is one (else empty). Raises SetupError."""
    if not source.lower().startswith(("http://", "https://")):
        return _of_file(source), ""
    if has_userinfo(source):
        raise SetupError(
            "import-not-found",
            "contains a user name or a password, which does not belong on a command line",
            where="the address of the viewer",
            hint="save its app-config.js with another program, then: ohif-setup import app-config.js",
        )
    # People paste what the address bar shows: the study list with its filters, or the page by its file name.
    plain = source.partition("?")[0].partition("#")[0]
    base = plain.removesuffix(f"/{FILE}").removesuffix("/index.html").rstrip("/")
    url = f"{base}/{FILE}"
    exchange = Http(timeout).send("GET", url)
    if exchange.received is None:
        title, cause, _ = explain_trouble(exchange)
        raise SetupError(
            "import-not-found",
            f"{title}. {cause}",
            where=url,
            hint="is this the address at which people open the viewer?",
        )
    # A viewer whose web server falls back to index.html answers 200 with a page.
    if exchange.received.status != 200 or exchange.received.is_html():
        what = f"status {exchange.received.status}"
        if exchange.received.is_html():
            what = "a web page"
        raise SetupError(
            "import-not-found",
            f"no configuration is served there; the answer is {what}",
            where=url,
            hint="give the address where people open the viewer, with its path",
        )
    return exchange.received.body, base


def _of_file(source: str) -> bytes:
    """The bytes of a file that the command line names. Raises SetupError."""
    try:
        if Path(source).is_dir():
            hint = f"name the file in it: {Path(source) / FILE}"
            raise SetupError("import-not-found", "is a folder", where=source, hint=hint)
        path = file_at(Path(source))
    except (OSError, ValueError) as error:
        raise SetupError(
            "import-not-found", f"cannot be looked at: {reason(error)}", where=source, hint="name an app-config.js"
        ) from None
    content = read_regular(path)
    if content is None:
        hint = "name an app-config.js, or a viewer's address"
        raise SetupError("import-not-found", "there is no such file", where=source, hint=hint)
    return content


def parsed(content: bytes, source: str) -> ReadConfig:
    """The configuration in those bytes. Raises SetupError, also where it cannot be turned into answers."""
    try:
        read = read_config(_text_of(content))
        # A trial: what cannot be converted is refused here, before anything is printed or asked.
        to_answers(read)
    except UnreadableError as error:
        raise SetupError(error.id, error.message, where=f"{source}, {error.where}", hint=error.hint) from None
    except UnicodeDecodeError:
        raise SetupError(
            "import-not-text",
            "it is not UTF-8 text",
            where=source,
            hint="is it the right file? Save it as UTF-8, then try again",
        ) from None
    return read


def _text_of(content: bytes) -> str:
    """The text as a browser decodes it: by its byte order mark (WHATWG Encoding), else as UTF-8. Raises UnicodeDecodeError."""
    # Windows PowerShell writes UTF-16 where a command is redirected into a file.
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")
