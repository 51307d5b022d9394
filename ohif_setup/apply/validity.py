"""Whether a merged text would still work: one judge for each language of the artefacts."""

from __future__ import annotations

import json
from xml.etree import ElementTree


def why_not(name: str, text: str) -> str | None:
    """Why the file of that name must not hold that text, in one sentence; None when nothing speaks against it.

    `.js` must parse and be a configuration with which OHIF starts; `.json` and `web.config` must parse. What nginx and Apache read
    has no judge here: they say themselves what they do not understand.
    """
    if name.endswith(".js"):
        # Late: the parser is needed for merged texts alone.
        from ohif_setup.config_js.lint import judge

        return judge.why_not(text)
    try:
        if name.endswith(".json"):
            json.loads(text)
        elif name.endswith(".config"):
            ElementTree.fromstring(text)  # noqa: S314  a file of the user's own, which is parsed only to see that it is whole
    except ValueError as error:
        return f"it is no JSON any more ({error})"
    except ElementTree.ParseError as error:
        return f"it is no XML any more ({error})"
    return None
