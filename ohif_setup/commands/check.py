"""`check`: is the site as it should be?"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.steps import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from pathlib import Path

NAME = "check"
HELP = "look at the site as it is: viewer, sign-in, servers, CORS; changes nothing out there"
ORDER = 30


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
    options.add_timeout(parser)
    parser.add_argument(
        "--sign-in",
        choices=options.METHODS,
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
    from ohif_setup.files.site_paths import site_paths
    from ohif_setup.steps import sites
    from ohif_setup.steps.check_site import check_site, default_method
    from ohif_setup.steps.generated import generated_config

    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if sites.is_many(given):
        return _many(files, arguments)
    site = site_paths(files[0])
    answers = load(files[0], arguments.sets, os.environ)
    method = arguments.sign_in or default_method()
    look, findings = check_site(
        answers,
        method,
        arguments.timeout,
        only=arguments.only,
        skip=arguments.skip,
        as_json=arguments.json,
        generated=generated_config(answers, site, arguments.sets),
    )
    if arguments.save:
        from ohif_setup.steps.check_save import save

        # With --json, standard output is the JSON object alone.
        save(look, site, sys.stderr if arguments.json else sys.stdout)
    return int(worst(findings) == "fail")


def _many(files: list[Path], arguments: Namespace) -> int:
    from ohif_setup.errors import SetupError
    from ohif_setup.steps.check_sites import check_sites

    if arguments.save:
        raise SetupError(
            "sites-one-by-one",
            "changes one answers file at a time",
            where="check --save",
            hint=options.command(NAME, files[0], "--save"),
        )
    return check_sites(files, arguments)
