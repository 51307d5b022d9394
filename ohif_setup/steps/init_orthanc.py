"""The step about Orthanc in what `init` says at its end: as much of it as a look at that Orthanc found to be needed."""

from __future__ import annotations

import textwrap

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables import Server
    from ohif_setup.steps.init_seen import ServerSeen

WIDTH = 72
"""Of 80 columns, those behind the indent of a step."""


def lines(
    answers: Answers, server: Server, seen: ServerSeen | None, commands: Sequence[str], file_option: str
) -> list[str]:
    """What to print below the heading; empty where nothing is left to do. `commands` are those of the section in `NEXT-STEPS.md`,
    for Debian's Orthanc whose answers name `localhost`."""
    return list(_lines(answers, server, seen, commands, file_option))


def _lines(
    answers: Answers, server: Server, seen: ServerSeen | None, commands: Sequence[str], file_option: str
) -> Iterator[str]:
    from ohif_setup.answers import defaults

    if server in defaults.logged_in(answers):
        yield from _wrapped(
            "The user that the web server logs in with must be one of this Orthanc's (RegisteredUsers). Asked without a login, "
            "Orthanc answers 401, and that is right."
        )
    elif seen and seen.wants_login and server.route != "serve-folders":
        yield from _login(answers, file_option)
    host = seen.host if seen else "unknown"
    if host == "fixed" and seen:
        yield from _wrapped(
            f"Its answers name {seen.fixed_to} instead of the host that was asked, so PDF documents stay blank."
        )
        if seen.fixed_to.endswith("//localhost"):
            yield "On Debian and Ubuntu:"
            yield from commands
        else:
            yield from _wrapped('In the section "DicomWeb" of its configuration: "Host": "". Then start Orthanc anew.')
    elif host == "unknown":
        yield from _wrapped("Change its configuration only where ohif-setup check says so (dicomweb-addresses).")


def _login(answers: Answers, file_option: str) -> Iterator[str]:
    import shlex

    from ohif_setup.servers import routes
    from ohif_setup.wizard.state import LOGIN_FILE, LOGIN_FILES

    yield from _wrapped(
        "Orthanc asks for a login, which the viewer does not have. The web server can add it, out of a file that you make:"
    )
    yield f"ohif-setup init{file_option} \\"
    yield f"  --set {LOGIN_FILE}={shlex.quote(LOGIN_FILES[routes.proxy_kind(answers) or 'nginx'])} \\"
    yield "  < /dev/null"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
