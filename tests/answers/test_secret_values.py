"""Logins and secrets in text of somebody else: found in what one writes, and in no more time than its length asks for."""

from __future__ import annotations

import time

import pytest

from ohif_setup.answers.rules.secret_values import holds_secret
from ohif_setup.paste.showing import may_hold_secret

LOGINS = ["https://ada:pw@pacs.example.org", "http://:pw@pacs.example.org", "//a::b:c@host", "x https://a:@host y"]


@pytest.mark.parametrize("text", LOGINS)
def test_login_in_an_address_is_found(text: str) -> None:
    assert holds_secret(text)
    assert may_hold_secret(text)


@pytest.mark.parametrize("text", ["https://pacs.example.org:8042/a@b", "https://[::1]:8042/rs", "urn:a:b", "a://b://c"])
def test_address_without_a_login_is_none(text: str) -> None:
    assert not holds_secret(text)


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("https://a.example/x?y", True),
        ("https://a.example:8042/x://b#c", True),
        ("https://a.example/x? y", False),
        ("https://a.example/x y?z", False),
        ("a?b://c", False),
    ],
)
def test_query_of_an_address_may_be_a_secret(line: str, held: bool) -> None:
    assert may_hold_secret(line) is held


@pytest.mark.parametrize("unit", ["://", "//", ":", "//:", "//a:", "://a", "@:", "btoa('", "basic ", "?sig=", "'://?"])
@pytest.mark.parametrize("begin", ["", "//", "://"])
def test_no_text_takes_long(begin: str, unit: str) -> None:
    text = begin + unit * (100_000 // len(unit))
    start = time.process_time()
    holds_secret(text)
    holds_secret(text, code=True)
    may_hold_secret(text)
    assert time.process_time() - start < 2


def test_client_id_that_looks_random_is_no_secret_where_its_name_says_so() -> None:
    client, longer = "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0FeDcBa9876"
    for text in (f"client_id: '{client}'", f'clientId = "{longer}"', f"const CLIENT_ID = `{client}`;"):
        assert not holds_secret(text)
        assert not holds_secret(text, code=True)
    for text in (f"client: '{client}'", f"client_id: '{client}', x: '{longer}'", f"client_id: '{client}~x'"):
        assert holds_secret(text, code=True)
