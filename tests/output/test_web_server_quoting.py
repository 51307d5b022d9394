"""Values for nginx, Apache, XML and JSON: what the languages read back is what was meant, or the value is refused."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup.output import quoting
from ohif_setup.webservers.nginx.names import quoted
from ohif_setup.webservers.quoting import double_quoted

CONTROL = ["\n", "\r", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\ud800"]
PATHS = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"], blacklist_characters="$"), max_size=30)


def read_back(quoted: str) -> str:
    """By the rules that nginx (`ngx_conf_read_token`) and Apache (`ap_getword_conf`) share for what is in double quotes."""
    token = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', quoted, re.DOTALL)
    assert token, quoted
    return re.sub(r'\\(["\\])', r"\1", token[1])


@given(PATHS)
def test_quoted_value_is_one_token_of_the_same_value(value: str) -> None:
    assert read_back(quoted(value)) == value
    assert read_back(double_quoted(value)) == value


@pytest.mark.parametrize("sign", [*CONTROL, "$"], ids=ascii)
def test_what_the_languages_cannot_hold_is_refused(sign: str) -> None:
    for in_quotes in (quoted, double_quoted):
        with pytest.raises(ValueError, match="cannot hold"):
            in_quotes(f"/srv/{sign}x")


def test_expression_of_nginx_may_have_its_end() -> None:
    assert quoted(r"~^a\.b$", expression=True) == r'"~^a\\.b$"'
    with pytest.raises(ValueError, match="cannot hold"):
        quoted("~^a\n$", expression=True)


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="\ufffe\uffff"), max_size=30))
def test_attribute_is_read_back(value: str) -> None:
    assert ET.fromstring(f"<a b={quoting.xml(value)}/>").attrib == {"b": value}


@pytest.mark.parametrize("sign", [*CONTROL[:4], "\ud800", "\uffff"], ids=ascii)
def test_what_xml_cannot_hold_is_refused(sign: str) -> None:
    with pytest.raises(ValueError, match="XML"):
        quoting.xml(sign)


@given(st.text(max_size=30))
def test_json_is_read_back(value: str) -> None:
    assert json.loads(quoting.as_json(value)) == value
    with pytest.raises(ValueError, match="JSON"):
        quoting.as_json(float("nan"))
