"""`generate`: from the answers file to the artefacts, as often as you like."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from ohif_setup.commands import options

NAME = "generate"
HELP = "write the configuration from the answers file; a second run changes nothing"
ORDER = 20


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser)
    parser.add_argument("--output", type=options.path, metavar="DIR", help="write there instead of output.directory")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    parser.add_argument(
        "--diff", action="store_true", help="show the differences too, write nothing; exit 1 if there are any"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")


def run(arguments: Namespace) -> int:
    """0 when the files are as they should be; with --check or --diff 1 when they are not."""
    # Late, so that --help loads neither pydantic nor jinja2.
    from ohif_setup.answers.sources import load
    from ohif_setup.commands.tenant import with_tenant_id
    from ohif_setup.files.compare import change, compare, diff
    from ohif_setup.files.plan import plan
    from ohif_setup.files.write import write_all

    answers = load(arguments.answers, arguments.sets, os.environ)
    looking = arguments.dry_run or arguments.diff or arguments.check
    answers, answers_text = with_tenant_id(answers, arguments.answers, arguments.sets)
    directory = arguments.output or arguments.answers.parent / answers.output.directory
    changes = list(compare(directory, plan(answers)))
    if answers_text is not None:
        changes.insert(0, change(arguments.answers, arguments.answers.name, answers_text))
    different = [one for one in changes if one.word != "identical"]
    if not looking:
        write_all([(one.path, one.new) for one in different])
    for one in changes:
        print(f"{one.word:<10} {one.path}")
        if arguments.diff and one.word != "identical":
            print(diff(one))
    return 1 if different and (arguments.check or arguments.diff) else 0
