"""`check`: checks whether the site works as the answers say."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from ohif_setup.answers.sources import load
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.commands.check.memory import remember
from ohif_setup.commands.check.requests import requests_told
from ohif_setup.commands.check.save import save
from ohif_setup.commands.check.site import check_site, default_method, print_closing
from ohif_setup.commands.check.sites import check_sites
from ohif_setup.commands.shared import options, sites
from ohif_setup.commands.shared.generated import generated_config
from ohif_setup.errors import SetupError

NAME = "check"


def run(arguments: Namespace) -> int:
    """Returns 0 when nothing failed, else 1; with `--strict` 1 too for a warning and for what was not seen. Of many sites it is the
    status of `check_sites`."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if sites.is_many(given):
        return _many(files, arguments)
    site = site_paths(files[0])
    answers = load(files[0], arguments.sets, os.environ)
    method = arguments.sign_in or default_method()
    with requests_told(arguments) as requests:
        look, outcome = check_site(
            answers,
            method,
            arguments.timeout,
            only=arguments.only,
            skip=arguments.skip,
            as_json=arguments.json,
            # Read here, because the checks open no files.
            generated=generated_config(answers, site, arguments.sets),
            requests=requests,
            only_wrong=arguments.quiet,
        )
    remember(site, answers, outcome)
    if arguments.save:
        # With --json, standard output is the JSON object alone.
        save(look, site, sys.stderr if arguments.json else sys.stdout)
    if not arguments.json and not (arguments.quiet and outcome.status == "pass"):
        print_closing(outcome, options.command(NAME, files[0]), answers.viewer.url)
    return outcome.exit_status(strict=arguments.strict)


def _many(files: list[Path], arguments: Namespace) -> int:
    if arguments.save:
        raise SetupError(
            "sites-one-by-one",
            "changes one answers file at a time",
            where="check --save",
            hint=options.command(NAME, files[0], "--save"),
        )
    return check_sites(files, arguments)
