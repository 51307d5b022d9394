"""The steps that `init` prints at its end for a site with its own servers: the parts of `NEXT-STEPS.md` that are still needed."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.commands.shared import options
from ohif_setup.kinds import kind_of
from ohif_setup.kinds.kind import SetUp, wrapped
from ohif_setup.network.look.find import ServerSeen
from ohif_setup.output.plan import plan
from ohif_setup.routes import reach, route_of
from ohif_setup.talk.prompts import say
from ohif_setup.talk.wizard.state import LOGIN_FILE
from ohif_setup.webservers import web_server_of

STEPS = "NEXT-STEPS.md"
Step = tuple[str, list[str]]
LATER = "What the server can do"


def say_steps(answers: Answers, path: Path, seen: Sequence[ServerSeen]) -> None:
    """Prints the headings and the commands of `NEXT-STEPS.md`, without its reasons. `seen` are the observations of the servers, in
    their order; empty where they were not examined."""
    steps = [(heading, lines) for heading, lines in _needed(answers, path, seen) if lines]
    for number, (heading, lines) in enumerate(steps, start=1):
        print(f"  {number}. {heading}")
        for line in lines:
            print(f"       {line}".rstrip())
    print()
    say(f"{path.parent / answers.output.directory / STEPS} gives the reasons and further advice.")


def _needed(answers: Answers, path: Path, seen: Sequence[ServerSeen]) -> Iterator[Step]:
    """Each step with its lines; no lines where nothing is left to do."""
    # Taken from the generated file, so that the terminal and NEXT-STEPS.md cannot disagree.
    steps = list(_steps(next(artefact.text for artefact in plan(answers) if artefact.name == STEPS)))
    own = reach.own_servers(answers)
    for server, observed, (heading, commands) in zip(own, _padded(seen, len(own)), steps, strict=False):
        yield heading, list(_left_to_do(answers, server, observed, commands, path))
    # The servers come first (Stage.SERVER), the proof last (Stage.PROOF).
    *rest, proof = steps[len(own) :]
    route = reach.site_route(answers)
    for heading, commands in rest:
        if heading == "The viewer" and route is not None and not route.serves_viewer:
            yield heading, list(_viewer_elsewhere(answers, path))
        else:
            yield heading, commands
    if any(_unexamined(*pair) for pair in zip(own, seen, strict=False)):
        yield LATER, list(_looked_at_later(answers, path, dict(rest)))
    yield proof


def _left_to_do(
    answers: Answers, server: Server, seen: ServerSeen | None, commands: Sequence[str], path: Path
) -> Iterator[str]:
    """The lines of the step about a server that its observations show to be still needed."""
    kind, web_server = kind_of(server), web_server_of(server)
    logs_in = server in defaults.logged_in(answers)
    login: list[str] = []
    # The login goes to the servers whose kind asks for one (`logged_in`); beside such a server, this one would not get it.
    meant = kind.login or not any(kind_of(other).login for other in answers.servers)
    if web_server and seen and seen.wants_login and meant and not logs_in:
        login = list(_login(f"{kind.called[0].upper()}{kind.called[1:]}", web_server.name, answers, path))
    yield from kind.left_to_do(server, SetUp(seen, commands, login, logs_in))


def _login(name: str, web_server: str, answers: Answers, path: Path) -> Iterator[str]:
    yield from wrapped(
        f"{name} requires a login, which the viewer does not have. The web server can add it from a file that you create:"
    )
    yield f"{options.command('init', path)} \\"
    yield f"  --set {LOGIN_FILE}={shlex.quote(defaults.login_file(web_server, answers.viewer.url))} \\"
    yield "  --no-input"


def _padded(seen: Sequence[ServerSeen], number: int) -> list[ServerSeen | None]:
    return [*seen, *[None] * (number - len(seen))]


def _viewer_elsewhere(answers: Answers, path: Path) -> Iterator[str]:
    config = path.parent / answers.output.directory / "app-config.js"
    yield from wrapped(
        f"It is served elsewhere, at {answers.viewer.url}. Put {config} there; it replaces the app-config.js of the build."
    )


def _unexamined(server: Server, seen: ServerSeen) -> bool:
    """Whether the capabilities of a server could not be detected yet: it wants a login that the web server will add, or lacks a
    part."""
    return (
        (seen.wants_login or seen.lacks_part)
        and route_of(server).web_server
        and server.capabilities.percent_decoding is None
    )


def _looked_at_later(answers: Answers, path: Path, steps: dict[str, list[str]]) -> Iterator[str]:
    """The commands that detect the capabilities through the web server, and regenerate the files that depend on them."""
    yield from wrapped(
        'The server could not be examined yet. Until this is done, checks may fail, and the study list may show "No Description":'
    )
    yield options.command("check", path, "--save")
    yield options.command("generate", path)
    route, web_server = reach.site_route(answers), web_server_of(reach.own_servers(answers)[0])
    if route and not route.serves_viewer:
        yield from _viewer_elsewhere(answers, path)
    else:
        yield from steps["The viewer"]
    # Apache needs mod_rewrite only once the capabilities show that a query must be decoded.
    if web_server and web_server.decoding_needs:
        yield web_server.decoding_needs
    # NEXT-STEPS.md has no command for IIS that copies the file; `install-viewer` does.
    if web_server and not web_server.windows:
        yield from steps.get(web_server.label, ())


def _steps(text: str) -> Iterator[Step]:
    """Each heading of `NEXT-STEPS.md`, without its number, with the lines of the commands below it."""
    for section in re.split(r"^## (?=\d)", text, flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"^( *)```(?:sh|bash|powershell)\n(.*?)^ *```$", section, re.MULTILINE | re.DOTALL)
        lines = [line for _, block in blocks for line in textwrap.dedent(block).rstrip().splitlines()]
        yield section.splitlines()[0].partition(". ")[2], lines
