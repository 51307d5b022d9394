"""The answers for a regeneration, and the text that their file should have afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ohif_setup.answers.file.migration import migrated, needed
from ohif_setup.answers.file.reading import parse_answers, read_answers_text
from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.apply.compare import difference
from ohif_setup.apply.lines import mark_of
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.shared.tenant import with_tenant_id
from ohif_setup.disk.reading import read_regular


def loaded(site: SitePaths, sets: Sequence[str], *, looks: bool = False) -> tuple[Answers, Replacement]:
    """The answers, and the change of their file: it changes where it has an older layout, or a domain name as the tenant. `looks`:
    the run writes nothing."""
    file, old = site.answers.shown, read_regular(site.answers)
    answers = load(file, sets, os.environ)
    answers, text = with_tenant_id(answers, file, looks=looks)
    tables = parse_answers(read_answers_text(file), where=str(file))
    steps = needed(tables)
    # Equal bytes on both sides: the file takes part in the run only to notice that it was changed meanwhile.
    if old is None or (text is None and not steps):
        return answers, Replacement(site.answers, old, old)
    # The tenant lookup works on text without the byte order mark, so the mark is restored.
    if text is None:
        text = old.decode()
    else:
        text = mark_of(old) + text
    new = migrated(text, tables).encode()
    for step in steps:
        print(f"{file} has an older layout. {step.does}", file=sys.stderr)
    if steps:
        print(difference(file.name, old, new), file=sys.stderr)
    return answers, Replacement(site.answers, old, new)
