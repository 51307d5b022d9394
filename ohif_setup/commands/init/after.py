"""What `init` prints around the check: the summary of the answers, the next steps, and the equivalent command line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from ohif_setup.answers.file.written import answers_as_written
from ohif_setup.answers.keys import key_at
from ohif_setup.answers.model import Answers
from ohif_setup.answers.questions import LOGIN, SIGN_IN, asked
from ohif_setup.checks.viewer.other_page import describe, is_default_page
from ohif_setup.commands.init import steps as init_steps
from ohif_setup.commands.shared import options
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.find import ServerSeen
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.ohif import build, configuration
from ohif_setup.paste.showing import printable
from ohif_setup.providers import provider_of
from ohif_setup.routes import reach, route_of
from ohif_setup.talk.prompts import say


def summary(answers: Answers) -> list[tuple[str, str]]:
    """Each question that applies to this site with its answer, in the words of the prompts."""
    so_far: dict[str, object] = {
        f"{group}.{name}": value
        for group, table in (("server", answers.server), ("viewer", answers.viewer), ("proxy", answers.proxy))
        for name, value in table
    }
    # Two questions of the wizard are no keys of the file; their answers follow from the rest.
    so_far |= {SIGN_IN: _provider(answers), LOGIN: bool(answers.proxy.orthanc_credentials_file)}
    rows = []
    for question in asked(so_far):
        group, name = question.key.split(".")
        # The questions are about the first server, also where the file has [[servers]].
        table = answers.server if group == "server" else getattr(answers, group)
        value = getattr(table, name, None)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        rows.append((question.prompt, str(value or "none")))
    if answers.sign_in is None:
        rows.append(("Sign-in", "no sign-in"))
    return rows


def nothing_served(answers: Answers, timeout: float) -> bool:
    """Whether no viewer is served at the viewer URL yet, for a site with its own web server: until the files are installed, a check
    would only report that they are missing."""
    # A server that browsers ask directly can be checked without the viewer, so the check is worth running.
    if len(reach.own_servers(answers)) < len(answers.servers):
        return False
    route = reach.site_route(answers)
    page = ""
    if route and route.by_server:
        page = "index.html"
    received = Http(timeout).send("GET", f"{answers.viewer.url}/{page}", (("Accept", "text/html"),)).received
    # 401 is a login in front of the viewer: it hides the page, but something is served.
    return received is None or (received.status != 401 and build.base_of(text_of(received)) is None)


def say_nothing_served(answers: Answers) -> None:
    """Prints why no check was run."""
    say(f"No viewer is served at {answers.viewer.url} yet, so nothing was checked.", first=0, rest=0)
    route = reach.site_route(answers)
    if route and not route.serves_viewer:
        say("It is served elsewhere, and these files do not install it there.", first=0, rest=0)
    else:
        say("The steps below install it.", first=0, rest=0)


def say_something_else(answers: Answers, other: Exchange) -> None:
    """Prints what answers at the viewer URL, and how it conflicts with the generated web server."""
    route = reach.site_route(answers)
    say(f"! something else answers at {answers.viewer.url}: {printable(describe(other))}", first=0)
    if other.received and is_default_page(other.received):
        say("It is the default page of a web server without a site. The viewer will replace it.")
    elif route and route.web_server and route.serves_viewer:
        say("The generated file is a whole server for that name and port, so one of the two will hide the other.")
        say("If it is another site, give the viewer its own name or port (viewer.url, proxy.listen).")
    else:
        say("It is another site, or the files are not in place yet.")
    print()


def say_next(answers: Answers, path: Path, seen: Sequence[ServerSeen] = (), *, done: bool = False) -> None:
    """Prints the commands that repeat this run, and what is left to do unless everything is `done`. `seen` are the observations of
    the site's own servers, in their order; empty where they were not examined."""
    print("\nThe same without a terminal\n")
    print(command(answers, path))
    again = " && ".join(options.command(name, path) for name in ("generate", "check"))
    print(f"\nFrom the answers file as it is now\n\n  {again}")
    if done:
        return
    print("\nNext\n")
    if route_of(answers.server).direct:
        _say_direct(answers, path)
    else:
        init_steps.say_steps(answers, path, seen)


def command(answers: Answers, path: Path) -> str:
    """The command line that produces these answers without a terminal."""
    sets = [f"--set {key}={shlex.quote(value)}" for key, value in _decided(answers)]
    return "  " + " \\\n    ".join([options.command("init", path), *sets, "--no-input"])


def _say_direct(answers: Answers, path: Path) -> None:
    """Prints what is left to do where browsers ask the server directly."""
    directory = path.parent / answers.output.directory
    number = 1
    if answers.sign_in:
        registered = provider_of(answers.sign_in).console.of(answers.sign_in.client_id).redirect_uris
        say(f"1. These redirect URIs must be registered: {registered}", rest=5)
        for uri in configuration.redirect_uris(answers):
            print(f"       {uri}")
        number = 2
    say(
        f"{number}. Put {directory / 'app-config.js'} where the viewer has its own app-config.js, which it replaces",
        rest=5,
    )
    more = "CORS included"
    if any(kind_of(server).token for server in answers.servers):
        more = "CORS and roles included"
    say(f"{number + 1}. {directory / 'NEXT-STEPS.md'} has all steps with their values, {more}", rest=5)


def _provider(answers: Answers) -> str:
    if answers.sign_in is None:
        return ""
    return provider_of(answers.sign_in).name


def _decided(answers: Answers) -> list[tuple[str, str]]:
    """The answers that differ from their defaults, as text for `--set`. Left out are `[ohif]`, which has no keys for `--set`, and
    the capabilities of the server, which `init` detects again."""
    decided = []
    for group, values in answers_as_written(answers).items():
        for name, value in values.items():
            key = key_at(f"{group}.{name}")
            if key is None or group.endswith(".capabilities") or value == key.default:
                continue
            if isinstance(value, dict):
                decided += [(f"{key.key}.{entry}", text) for entry, text in value.items()]
                continue
            text = str(value)
            if isinstance(value, list):
                text = ",".join(value)
            elif isinstance(value, bool):
                text = text.lower()
            decided.append((key.key, text))
    return decided
