"""The viewer at each address of its name, judged from values; `tests/flows/test_other_sites.py` has the real ones."""

from __future__ import annotations

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.viewer.served import ServedViewerObservations, judge
from ohif_setup.network.look.each_address import AtAddress
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange, TroubleKind
from tests.checks.observed import HTML, OWN, got, own, trouble, words
from tests.checks.pages import page, served

HOME = f"{OWN}/"
VIEWER = got(200, page(), HTML, HOME)
INTRANET = got(200, "<!doctype html><title>Intra\nnet</title>", (*HTML, ("Server", "nginx/1.22.1")), HOME)
SIX, FOUR = "2001:db8::7", "192.0.2.7"


def found(six: Exchange, four: Exchange = VIEWER, viewer: ServedViewer | None = None, **changed: str) -> list[Finding]:
    return list(
        judge(
            own(**changed),
            ServedViewerObservations(viewer or served(), (), (AtAddress(SIX, six), AtAddress(FOUR, four))),
        )
    )


def test_viewer_at_every_address_passes() -> None:
    assert [one.status for one in found(VIEWER)] == ["pass"]


def test_another_site_at_one_address_is_named_with_every_place_to_look_at() -> None:
    (one,) = found(INTRANET)
    assert (one.status, one.title) == (
        "fail",
        f'at {SIX} pacs.example.org is not the viewer, but "Intra net" (nginx/1.22.1)',
    )
    assert f"The viewer is at {FOUR}" in one.cause
    assert [fix.where for fix in one.fix] == ["Host", "Generated", "nginx", "DNS"]
    assert "remove it from the records of pacs.example.org" in words(one)


def test_it_is_named_once_where_the_first_look_met_the_other_site() -> None:
    (one,) = found(INTRANET, viewer=ServedViewer(INTRANET))
    assert one.title.startswith(f"at {SIX} ")


def test_program_that_takes_the_connection_and_says_nothing_is_named() -> None:
    (one,) = found(trouble("timeout", HOME))
    assert one.status == "fail"
    assert one.title == f"pacs.example.org at {SIX}: pacs.example.org: no answer in time"
    assert one.symptom == "the browser waits"


@pytest.mark.parametrize("kind", ["refused", "unreachable", "proxy"])
def test_address_that_browsers_pass_over_is_no_fault(kind: TroubleKind) -> None:
    assert [one.status for one in found(trouble(kind, HOME))] == ["pass"]


@pytest.mark.parametrize("kind", ["tls-wrong-host", "broken"])
def test_address_at_which_browsers_end_is_a_fault(kind: TroubleKind) -> None:
    (one,) = found(trouble(kind, HOME))
    assert one.status == "fail"
    assert SIX in one.title


def test_busy_server_at_one_address_is_left_time() -> None:
    (one,) = found(got(503, "", (*HTML, ("Retry-After", "7")), HOME))
    assert f"pacs.example.org at {SIX}: " in one.title
    assert "wait 7 s" in words(one)


def test_login_at_one_address_is_no_fault() -> None:
    assert [one.status for one in found(got(401, "", (("WWW-Authenticate", "Basic"),), HOME))] == ["pass"]


def test_other_site_at_every_address_is_for_the_page_itself() -> None:
    (one,) = found(INTRANET, INTRANET, ServedViewer(INTRANET))
    assert one.title == 'another page is served there, not OHIF: "Intra net" (nginx/1.22.1)'


def test_addresses_of_the_answers_are_named_where_they_leave_one_away() -> None:
    (one,) = found(INTRANET, proxy__listen_addresses=FOUR)
    assert f"ohif-setup set proxy.listen_addresses+={SIX}" in words(one)
    (one,) = found(INTRANET, proxy__listen_addresses=f"{FOUR},::")
    assert "proxy.listen_addresses+=" not in words(one)


def test_orthanc_that_serves_the_viewer_gets_no_advice_for_nginx() -> None:
    (one,) = found(
        INTRANET, viewer__url=f"{OWN}:8042/ohif", server__route="serve-folders", viewer=ServedViewer(INTRANET)
    )
    assert "nginx" not in words(one).replace("nginx/1.22.1", "")
