"""The line of a key in an answers file."""

from __future__ import annotations

import pytest

from ohif_setup.answers.file.lines import line_of

TEXT = '''\
version = 1
viewer.url = "https://viewer.example.org"

[sign_in]  # Contoso
  "client_id" = "x"
# tenant_id = "y"
text = """
[proxy]
listen = 1
"""
[[servers]]
url = "a"
[servers.capabilities]
wildcard = true
[[servers]]
url = "b"
names = [
  "c",
]
[ ohif . cornerstoneExtensionConfig ]
tools = {}
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("version", 1),
        ("viewer.url", 2),
        ("viewer", 2),
        ("sign_in.client_id", 5),
        ("sign_in.tenant_id", 4),
        ("proxy.listen", 0),
        ("servers.1.url", 12),
        ("servers.1.capabilities.wildcard", 14),
        ("servers.2.url", 16),
        ("servers.2.names[0]", 17),
        ("servers.3.url", 0),
        ("ohif.cornerstoneExtensionConfig.tools", 21),
        ("", 0),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line(key: str, line: int, ends: str) -> None:
    assert line_of(TEXT.replace("\n", ends), key) == line
