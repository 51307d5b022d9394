"""`check`: is the site as it should be?"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from ohif_setup.commands import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from pathlib import Path

    from ohif_setup.answers.model import Answers
    from ohif_setup.checks.finding import Finding
    from ohif_setup.checks.look import Look
    from ohif_setup.network.sign_in import Method

NAME = "check"
HELP = "look at the site as it is: viewer, sign-in, servers, CORS; changes nothing out there"
ORDER = 30
TIMEOUT = 10.0
METHODS = ("browser", "device-code", "service-principal", "none")


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object (schema ohif-setup.check/1, of many sites ohif-setup.check-sites/1)",
    )
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="only this check; may be repeated")
    parser.add_argument("--skip", action="append", default=[], metavar="ID", help="not this check; may be repeated")
    parser.add_argument(
        "--timeout", type=seconds, default=TIMEOUT, metavar="SECONDS", help="for each answer (default: 10)"
    )
    parser.add_argument(
        "--sign-in",
        choices=METHODS,
        help="how to sign in (default: service-principal when its credential is in the environment; at a terminal browser, or "
        "device-code where no browser can be opened; else none)",
    )
    parser.add_argument(
        "--save",
        action="store_true",
        help="afterwards write what the servers were found to be able to do into the answers file ([server.capabilities])",
    )


def run(arguments: Namespace) -> int:
    """0 when nothing failed, else 1."""
    # Late, so that --help loads neither pydantic nor msal.
    from ohif_setup.answers.sources import load
    from ohif_setup.checks.finding import worst
    from ohif_setup.commands import sites
    from ohif_setup.commands.generated import generated_config

    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if sites.is_many(given):
        return _many(files, arguments)
    file = files[0]
    answers = load(file, arguments.sets, os.environ)
    method = arguments.sign_in or default_method()
    site, findings = _checked(
        answers,
        method,
        arguments.timeout,
        only=arguments.only,
        skip=arguments.skip,
        as_json=arguments.json,
        generated=generated_config(answers, file),
    )
    if arguments.save:
        from ohif_setup.commands.check_save import save

        save(site, file, sys.stderr if arguments.json else sys.stdout)
    return 1 if worst(findings) == "fail" else 0


def _many(files: list[Path], arguments: Namespace) -> int:
    from ohif_setup.commands.check_sites import check_sites
    from ohif_setup.errors import SetupError

    if arguments.save:
        raise SetupError(
            "sites-one-by-one",
            "changes one answers file at a time",
            where="check --save",
            hint=f"ohif-setup check --save --answers {files[0]}",
        )
    return check_sites(files, arguments)


def default_method() -> Method:
    """The way to sign in when none was named."""
    from ohif_setup.network import credentials
    from ohif_setup.network.sign_in import browser_can_open

    if credentials.from_environment(os.environ):
        return "service-principal"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "none"
    return "browser" if browser_can_open() else "device-code"


def check(
    answers: Answers,
    method: Method,
    timeout: float,
    *,
    only: list[str],
    skip: list[str],
    as_json: bool,
    quiet: bool = False,
    generated: str | None = None,
) -> list[Finding]:
    """Runs the checks and prints what they found. `quiet`: nobody is there to sign in, so what a sign-in asks is not shown.
    `generated` is `app-config.js` as it lies in the output folder (`generated_config`).

    Raises SetupError for a check that does not exist.
    """
    return _checked(answers, method, timeout, only=only, skip=skip, as_json=as_json, quiet=quiet, generated=generated)[
        1
    ]


def _checked(
    answers: Answers,
    method: Method,
    timeout: float,
    *,
    only: list[str],
    skip: list[str],
    as_json: bool,
    quiet: bool = False,
    generated: str | None = None,
) -> tuple[Look, list[Finding]]:
    import time

    from ohif_setup.checks.check import all_checks
    from ohif_setup.checks.choice import chosen
    from ohif_setup.checks.look import Look
    from ohif_setup.checks.run import run as run_checks
    from ohif_setup.network.http import Http
    from ohif_setup.report import json_report, text
    from ohif_setup.report.progress import Progress

    every = all_checks()
    names = chosen([one.id for one in every], only, skip)
    checks = [one for one in every if one.id in names]
    start = time.monotonic()
    with Progress(text.console(error=True), [one.id for one in checks], quiet=quiet) as progress:
        site = Look(answers, Http(timeout), method, progress, generated=generated)
        findings = run_checks(checks, every, site, lambda one: progress.finished(one.id))
    if as_json:
        print(json_report.as_json(findings))
        return site, findings
    out = text.console()
    out.print(_headline(answers) + "\n")
    text.print_findings(findings, out)
    out.print("\n" + text.summary(findings, time.monotonic() - start))
    return site, findings


def _headline(answers: Answers) -> str:
    from ohif_setup.servers.kind import kind_of

    labels = ", ".join(kind_of(one).label(one) for one in answers.servers)
    return f"Site    {answers.viewer.url}  →  {labels}"


def seconds(text: str) -> float:
    """The value of `--timeout`."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 600:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0.1 to 600")
    return value
