"""The step about a server in what `init` says at its end: as much of it as a look at that server found to be needed."""

from __future__ import annotations

import textwrap

from ohif_setup.steps import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables import Server
    from ohif_setup.steps.init_seen import ServerSeen

WIDTH = 72
"""Of 80 columns, those behind the indent of a step."""


def lines(
    answers: Answers, server: Server, seen: ServerSeen | None, commands: Sequence[str], path: Path
) -> Iterator[str]:
    """What to print below the heading; nothing where nothing is left to do. `commands` are those of the section in `NEXT-STEPS.md`,
    of Orthanc for Debian's whose answers name `localhost`; `path` is the answers file."""
    if server.kind == "orthanc":
        yield from _of_orthanc(answers, server, seen, commands, path)
        return
    # Where there is an Orthanc too, the login would be sent to that.
    alone = all(one.kind != "orthanc" for one in answers.servers)
    if alone and seen and seen.wants_login and not answers.proxy.orthanc_credentials_file:
        yield from _login("The server", answers, path)
    yield from commands


def _of_orthanc(
    answers: Answers, server: Server, seen: ServerSeen | None, commands: Sequence[str], path: Path
) -> Iterator[str]:
    from ohif_setup.answers import defaults

    if seen and seen.lacks_plugin:
        yield from _plugin()
    if server in defaults.logged_in(answers):
        yield from wrapped(
            "The user that the web server logs in with must be one of this Orthanc's (RegisteredUsers). Asked without a login, "
            "Orthanc answers 401, and that is right."
        )
    elif seen and seen.wants_login and server.route != "serve-folders":
        yield from _login("Orthanc", answers, path)
    host = seen.host if seen else "unknown"
    if host == "fixed" and seen:
        yield from wrapped(
            f"Its answers name {seen.fixed_to} instead of the host that was asked, so PDF documents stay blank."
        )
        if seen.fixed_to.endswith("//localhost"):
            yield "On Debian and Ubuntu:"
            yield from commands
        else:
            yield from wrapped('In the section "DicomWeb" of its configuration: "Host": "". Then start Orthanc anew.')
    elif host == "unknown":
        yield from wrapped("Change its configuration only where ohif-setup check says so (dicomweb-addresses).")


def _plugin() -> Iterator[str]:
    yield from wrapped("Its DICOMweb plugin is missing. On Debian and Ubuntu:")
    yield "sudo apt install orthanc-dicomweb"
    yield "sudo systemctl restart orthanc"


def _login(name: str, answers: Answers, path: Path) -> Iterator[str]:
    import shlex

    from ohif_setup.answers import defaults
    from ohif_setup.routes import reach
    from ohif_setup.wizard.state import LOGIN_FILE

    yield from wrapped(
        f"{name} asks for a login, which the viewer does not have. The web server can add it, out of a file that you make:"
    )
    file = defaults.login_file(reach.proxy_kind(answers) or "nginx", answers.viewer.url)
    yield f"{options.command('init', path)} \\"
    yield f"  --set {LOGIN_FILE}={shlex.quote(file)} \\"
    yield "  < /dev/null"


def wrapped(text: str) -> list[str]:
    """A sentence as lines below a heading."""
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
