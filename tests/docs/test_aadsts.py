from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ohif_setup.checks.sign_in import aadsts

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "aadsts.md"
CORRELATION_ID = "0f1e2d3c-4b5a-4697-8877-665544332211"
MESSAGE = (
    "AADSTS700016: Application with identifier '…' was not found in the directory 'Contoso'. "
    f"Trace ID: 99999999-8888-4777-a666-555555555555 Correlation ID: {CORRELATION_ID} Timestamp: 2026-01-01 10:00:00Z"
)


def test_page_is_the_table() -> None:
    regenerate = (
        'python -c "from pathlib import Path; from ohif_setup.checks import aadsts; '
        "Path('docs/reference/aadsts.md').write_text(aadsts.as_markdown(), encoding='utf-8')\""
    )
    same = PAGE.read_text(encoding="utf-8") == aadsts.as_markdown()
    assert same, f"docs/reference/aadsts.md is out of date; in the top folder run: {regenerate}"


def test_no_code_stands_in_two_rows() -> None:
    repeated = [
        code for code, count in Counter(code for row in aadsts.TABLE for code in row.codes).items() if count > 1
    ]
    assert repeated == []


@pytest.mark.parametrize("row", aadsts.TABLE, ids=lambda row: str(row.codes[0]))
def test_row_says_cause_and_fix_in_sentences(row: aadsts.Aadsts) -> None:
    assert row.cause.endswith(".")
    assert row.fix.endswith(".")


@pytest.mark.parametrize("row", aadsts.TABLE, ids=lambda row: str(row.codes[0]))
def test_section_fits_a_terminal(row: aadsts.Aadsts) -> None:
    lines = aadsts.section(row).splitlines()
    assert [line for line in lines if len(line) > 100 and "https://" not in line] == []


def test_section_says_what_nobody_confirmed() -> None:
    doubtful = {code for row in aadsts.TABLE if "- **Unverified:**" in aadsts.section(row) for code in row.codes}
    assert doubtful == {700056, 70020, 70017, 7000216}


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (90002, "tenant"),
        (700011, "client ID"),
        (50011, "redirect URI"),
        (9002326, "Single-page application"),
        (7000218, "Mobile and desktop"),
        (65001, "consent"),
        (700051, "Access tokens"),
        (50058, "good one"),
        (7000215, "Value"),
    ],
    ids=str,
)
def test_lookup_names_the_fault(code: int, word: str) -> None:
    row = aadsts.lookup(code)
    assert row is not None
    assert word in f"{row.cause} {row.fix}"


def test_lookup_of_a_stranger_is_none() -> None:
    assert aadsts.lookup(12345) is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (MESSAGE, (700016,)),
        ("", ()),
        ("AADSTS: nothing", ()),
        ("aadsts50011 then AADSTS50011 and AADSTS65001.", (50011, 65001)),
        ('{"strServiceExceptionMessage":"AADSTS9002326: Cross-origin"}', (9002326,)),
        ("AADSTS1234567890123", ()),
    ],
    ids=["message", "empty", "no-digits", "repeated", "page", "too-long"],
)
def test_codes_in_text(text: str, codes: tuple[int, ...]) -> None:
    assert aadsts.codes_in(text) == codes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MESSAGE, CORRELATION_ID),
        (f"Correlation ID: {CORRELATION_ID.upper()}\r\nTimestamp", CORRELATION_ID),
        (f'{{"correlation_id":"{CORRELATION_ID}"}}', CORRELATION_ID),
        (f"Trace ID: {CORRELATION_ID}", None),
        ("Correlation ID: none", None),
    ],
    ids=["message", "upper-case", "json", "trace-id", "no-guid"],
)
def test_correlation_id_in_text(text: str, found: str | None) -> None:
    assert aadsts.correlation_id(text) == found


def test_link_is_microsofts_own_page() -> None:
    assert aadsts.link(50011) == "https://login.microsoftonline.com/error?code=50011"


@pytest.mark.parametrize("row", aadsts.TABLE, ids=lambda row: str(row.codes[0]))
def test_service_principal_is_not_sent_to_a_browser(row: aadsts.Aadsts) -> None:
    told = f"{row.app_cause or row.cause} {row.app_fix or row.fix}"
    assert "--sign-in" not in told
    assert "device code" not in told.casefold()
