"""The answers for a regeneration, and the text that their file should have afterwards."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.apply.lines import mark_of
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.shared.tenant import with_tenant_id
from ohif_setup.disk.reading import read_regular


def loaded(site: SitePaths, sets: Sequence[str], *, looks: bool = False) -> tuple[Answers, Replacement]:
    """The answers, and the change of their file: it changes where it has a domain name as the tenant. `looks`: the run writes
    nothing."""
    file, old = site.answers.shown, read_regular(site.answers)
    answers, text = with_tenant_id(load(file, sets, os.environ), file, looks=looks)
    # Equal bytes on both sides: the file takes part in the run only to notice that it was changed meanwhile.
    if old is None or text is None:
        return answers, Replacement(site.answers, old, old)
    # The tenant lookup works on text without the byte order mark, so the mark is restored.
    return answers, Replacement(site.answers, old, (mark_of(old) + text).encode())
