"""`generate`: from the answers files to the artefacts, as often as you like; what was edited by hand stays.

Loads nothing but what tells that there is nothing to do; whatever there is to do is in `full.py`.
"""

from __future__ import annotations

from argparse import Namespace

from ohif_setup.commands.generate import short
from ohif_setup.commands.shared import options, sites
from ohif_setup.talk import rows


def run(arguments: Namespace) -> int:
    """0 when the files are as they should be; 1 for a conflict, for a file whose hand edits keep it from working, and with --check
    or --diff when they are not."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    many = sites.is_many(given)
    if not many:
        before = short.as_before(files[0], short.known_inputs(files[0], arguments))
        if before is not None:
            for row in before:
                print(rows.line(row))
            return 0
    # Late: pydantic and jinja2 take ten times as long to load as it takes to see that nothing changed.
    from ohif_setup.commands.generate import full

    if many:
        return full.many_sites(files, arguments)
    return full.single(files[0], arguments)
