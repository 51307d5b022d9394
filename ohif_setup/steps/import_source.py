"""What `import` reads: an `app-config.js` on disk, or the one of a running viewer."""

from __future__ import annotations

from pathlib import Path

from ohif_setup.browser.origin import has_userinfo
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.errors import SetupError
from ohif_setup.files.staging import read_regular
from ohif_setup.javascript.read import ReadConfig, read_config
from ohif_setup.javascript.source import UnreadableError
from ohif_setup.network.http import Http

FILE = "app-config.js"


def content_of(source: str, timeout: float) -> tuple[bytes, str]:
    """The file's bytes, and the viewer URL where it was asked for there. Raises SetupError."""
    if not source.startswith(("http://", "https://")):
        if Path(source).is_dir():
            raise SetupError(
                "import-not-found", "is a folder", where=source, hint=f"name the file in it: {Path(source) / FILE}"
            )
        content = read_regular(Path(source))
        if content is None:
            raise SetupError(
                "import-not-found",
                "there is no such file",
                where=source,
                hint="name an app-config.js, or a viewer's address",
            )
        return content, ""
    if has_userinfo(source):
        raise SetupError(
            "import-not-found",
            "has a user name or a password in it, which does not belong on a command line",
            where="the address of the viewer",
            hint="save its app-config.js with another program, then: ohif-setup import app-config.js",
        )
    plain = source.partition("?")[0].partition("#")[0]
    base = plain.removesuffix(f"/{FILE}").removesuffix("/index.html").rstrip("/")
    url = f"{base}/{FILE}"
    exchange = Http(timeout).send("GET", url)
    if exchange.received is None:
        title, cause, _ = explain_trouble(exchange)
        raise SetupError(
            "import-not-found", f"{title}. {cause}", where=url, hint="is that where people open the viewer?"
        )
    if exchange.received.status != 200 or exchange.received.is_html():
        what = "a web page" if exchange.received.is_html() else f"status {exchange.received.status}"
        raise SetupError(
            "import-not-found",
            f"no configuration is served there, but {what}",
            where=url,
            hint="give the address where people open the viewer, with its path",
        )
    return exchange.received.body, base


def parsed(content: bytes, source: str) -> ReadConfig:
    """The configuration in those bytes. Raises SetupError."""
    try:
        return read_config(content.decode("utf-8-sig"))
    except UnreadableError as error:
        raise SetupError(error.id, error.message, where=f"{source}, {error.where}", hint=error.hint) from None
    except UnicodeDecodeError:
        raise SetupError(
            "import-not-text",
            "it is not UTF-8 text",
            where=source,
            hint="is it the right file? Save it as UTF-8, then try again",
        ) from None
