"""Whether a merged text still works: one validator for each language of the artefacts."""

from __future__ import annotations

import json
from xml.etree import ElementTree


def why_not(name: str, text: str) -> str | None:
    """Why the file of that name must not hold that text, in one sentence; None if it may.

    `.js` must parse and be a configuration with which OHIF starts; `.json` and `web.config` must parse. There is no
    validator for nginx and Apache, which report such errors themselves.
    """
    if name.endswith(".js"):
        # Imported here, because only merged texts need the parser.
        from ohif_setup.config_js.lint import judge

        return judge.why_not(text)
    try:
        if name.endswith(".json"):
            json.loads(text)
        elif name.endswith(".config"):
            ElementTree.fromstring(text)  # noqa: S314  a file of the user's own, which is parsed only to see that it is whole
    except ValueError as error:
        return f"it is no longer valid JSON ({error})"
    except ElementTree.ParseError as error:
        return f"it is no longer valid XML ({error})"
    return None
