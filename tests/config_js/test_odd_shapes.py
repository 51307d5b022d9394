"""Known keys with values that nobody expects there: read, judged and imported without a crash."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ohif_setup.answers.tables import ohif_table
from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.lint.judge import stops, why_not
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.read.config import read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.output.quoting import js
from tests.config_js.configs import DICOM, DICOMWEB, TENANT, VIEWER
from tests.extent import examples

KEYS = st.sampled_from(
    [
        "dataSources",
        "servers",
        "dicomWeb",
        "oidc",
        "oauth",
        "defaultDataSourceName",
        "routerBasename",
        "extensions",
        "modes",
        "customizationService",
        "dangerouslyUseDynamicConfig",
        "enabled",
        "regex",
        "whiteLabeling",
        "httpErrorHandler",
        "namespace",
        "sourceName",
        "configuration",
        "qidoRoot",
        "wadoRoot",
        "stowRoot",
        "wadoUriRoot",
        "bulkDataURI",
        "transform",
        "requestOptions",
        "auth",
        "friendlyName",
        "name",
        "queryLimit",
        "singlepart",
        "acceptHeader",
        "authority",
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "client_secret",
        "supportsReject",
        "dicomUploadComponent",
        "__proto__",
        "a.b",
    ]
)
SCALARS = st.sampled_from(
    [
        None, True, False, 0, -1, 2**53, 1.5, "", "/", "x", "/dicom-web", "//", "https://", "http://[::1", "http://a:b@c/d?e#f",
        "https://x.example/dicom-web/", DICOM, DICOMWEB, "code", "offline_access", "ohif-secret-4711-Abcdefghijklmnopqrstuvwxyz",
        f"https://login.microsoftonline.com/{TENANT}/v2.0", "https://login.microsoftonline.com", "dicomUploadComponent", "\ud7ff\n",
    ]
)  # fmt: skip
CODE = st.sampled_from(
    [
        "() => 1",
        "location.origin + '/x'",
        "location.port",
        "x.y",
        "window.x.y",
        "null",
        "/.*/",
        "{ ...z }",
        "{ ...self.z }",
        "[, 1]",
    ]
)
SHAPES: Any = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=5),
    max_leaves=25,
)


@pytest.mark.slow
@given(
    st.dictionaries(KEYS, SHAPES, max_size=8),
    st.dictionaries(KEYS, CODE, max_size=3),
    st.sampled_from(["", VIEWER, "http://localhost/x"]),
)
@example({"customizationService": [{"dicomUploadComponent": 1}, {"x": None}]}, {}, "")
@settings(deadline=None, max_examples=examples(150, 400))
def test_no_shape_crashes(values: dict[str, Any], code: dict[str, str], viewer_url: str) -> None:
    members = [f"{js(key)}: {js(value)}" for key, value in values.items()] + [
        f"{js(key)}: {text}" for key, text in code.items()
    ]
    text = f"window.config = {{ {', '.join(members)} }};"
    if "__proto__" in values and "__proto__" in code:
        return
    read = read_config(text)
    assert (why_not(text) is None) == (not list(stops(read)))
    found = lint(read, served_from=viewer_url or None)
    try:
        draft = to_answers(read, viewer_url=viewer_url)
    except UnreadableError:
        assert {"x", "z"} & {one.name for one in read.throws}
        return
    assert ohif_table.checked(draft.tables.get("ohif", {})) is not None
    assert "Abcdefghijklmnop" not in repr(found)
    for kept in draft.kept:
        read.get(kept.source)
