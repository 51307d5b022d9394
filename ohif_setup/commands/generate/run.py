"""`generate`: writes the artefacts from the answers files, as often as you like; hand edits are kept.

This module imports only what is needed to see that nothing changed; everything else is in `full.py`.
"""

from __future__ import annotations

from argparse import Namespace

from ohif_setup.commands.generate import short
from ohif_setup.commands.shared import options, sites
from ohif_setup.talk import rows


def run(arguments: Namespace) -> int:
    """Returns 0 when the files are up to date; 1 for a conflict, for a file that hand edits broke, and with --check or --diff when
    a file would change. For many sites the worst status (`many.each`)."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    many = sites.is_many(given)
    if not many:
        before = short.as_before(files[0], short.known_inputs(files[0], arguments))
        if before is not None:
            for row in before if not arguments.quiet else ():
                print(rows.line(row))
            return 0
    # Late: pydantic and jinja2 take ten times as long to load as it takes to see that nothing changed.
    from ohif_setup.commands.generate import full

    if many:
        return full.many_sites(files, arguments)
    return full.single(files[0], arguments)
