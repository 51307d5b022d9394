"""Answers taken out of their file: keys, tables, whole servers."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from ohif_setup.answers.file.removing import is_known, without_answers
from ohif_setup.answers.keys import GROUPS, KEYS

THREE = """\
version = 1
# one
[[servers]]
url = "1"
[servers.capabilities]
fuzzy = true

# two
[[servers]]
url = "2"
name = "b"
[servers.capabilities] # looked
fuzzy = false

# three
[[servers]]
url = "3"

[fhir]
url = "f"
"""


def left(text: str, *names: str) -> Any:
    return tomllib.loads(without_answers(text, names))


@pytest.mark.parametrize(
    ("names", "urls"),
    [
        (["servers.2"], ["1", "3"]),
        (["servers.1", "servers.3"], ["2"]),
        (["servers.3", "servers.1", "servers.1"], ["2"]),
        (["servers.4"], ["1", "2", "3"]),
        (["servers.1", "servers.3.url"], ["2", None]),
    ],
)
def test_whole_servers_go(names: list[str], urls: list[str | None]) -> None:
    assert [one.get("url") for one in left(THREE, *names)["servers"]] == urls


def test_server_takes_its_comment_and_its_tables_along() -> None:
    assert without_answers(THREE, ["servers.2"]) == THREE[: THREE.index("\n# two")] + THREE[THREE.index("\n# three") :]
    assert without_answers(THREE.replace("\n", "\r\n"), ["servers.2"]).count("\r\n") == THREE.count("\n") - 7


def test_table_of_one_server_goes() -> None:
    servers = left(THREE, "servers.2.capabilities")["servers"]
    assert ["capabilities" in one for one in servers] == [True, False, False]


def test_only_server_has_two_names() -> None:
    single = '[server]\nurl = "1"\n[server.capabilities]\nfuzzy = true\n[fhir]\nurl = "f"\n'
    assert left(single, "servers.1.capabilities") == {"server": {"url": "1"}, "fhir": {"url": "f"}}
    assert left(single, "server") == left(single, "servers.1") == {"fhir": {"url": "f"}}
    assert left('[[servers]]\nurl = "1"\nname = "a"\n', "server.name") == {"servers": [{"url": "1"}]}


@pytest.mark.parametrize(
    "text", ['servers = [{url = "1"}, {url = "2"}]\n', '[[ servers ]]\nurl = "1"\n[[servers]]\nurl = "2"\n']
)
def test_other_ways_to_write_servers_do(text: str) -> None:
    assert left(text, "servers.1") == {"servers": [{"url": "2"}]}
    assert left(text, "servers.2") == {"servers": [{"url": "1"}]}


def test_what_can_be_taken_out_is_known() -> None:
    for name in (*KEYS, *GROUPS, "servers.2", "servers.2.url", "servers.2.capabilities", "ohif.x.y"):
        assert is_known(name), name
    for name in ("", "servers", "servers.0", "servers.x", "servers.2.x", "viewer.x", "x"):
        assert not is_known(name), name


def test_free_table_goes_as_a_whole_and_with_its_last_key() -> None:
    text = "version = 1\n\n[ohif]\nshowStudyList = false\n"
    assert tomllib.loads(without_answers(text, ["ohif"])) == {"version": 1}
    assert tomllib.loads(without_answers(text, ["ohif.showStudyList"])) == {"version": 1}


def test_header_in_a_text_is_no_header() -> None:
    text = """version = 1

[ohif]
about = '''
[fhir]
# not a comment
'''

# theirs
[fhir]
url = "f"

# the end
[output]
directory = "x"
"""
    assert without_answers(text, ["fhir"]) == text.replace('# theirs\n[fhir]\nurl = "f"\n\n', "")


def test_table_in_one_line_goes_with_its_last_key() -> None:
    text = 'version = 1\nproxy = { listen = 8080 } # theirs\n\n[viewer]\nurl = "v"\n'
    assert left(text, "proxy.listen") == {"version": 1, "viewer": {"url": "v"}}


def test_table_of_the_free_table_goes_with_its_comment_alone() -> None:
    text = "[ohif]\na = 1\n\n# of x\n[ohif.x]\nb = 1\n\n# of the rest\n[output]\n"
    assert without_answers(text, ["ohif.x"]) == text.replace("# of x\n[ohif.x]\nb = 1\n\n", "")
