"""Whether two addresses lead to the same archive, at real sockets."""

from __future__ import annotations

import json

import pytest

from ohif_setup.network.look.same import is_this_machine, missing_study
from ohif_setup.network.wire.http import Http
from tests.servers.raw import Handler, RawRequest, RawServer, answer


def archive(*uids: str, listed: int = 5) -> Handler:
    """An archive with these studies, of which its list has the first few."""

    def handle(request: RawRequest) -> list[bytes]:
        asked = request.target.partition("StudyInstanceUID=")[2].partition("&")[0]
        found = [one for one in uids if one == asked] if asked else uids[:listed]
        datasets = [{"0020000D": {"vr": "UI", "Value": [one]}} for one in found]
        return [answer(200, json.dumps(datasets), ("Content-Type", "application/dicom+json"))]

    return handle


@pytest.mark.parametrize(
    ("through", "itself", "side"),
    [
        (archive("1.1", "1.2"), archive("1.1", "1.2"), None),
        (archive("1.1", "1.2", listed=1), archive("1.2", "1.1", listed=1), None),
        (archive("1.1"), archive("1.1", "1.3"), "web server"),
        (archive("1.1"), archive(), "server"),
        (archive(), archive(), None),
    ],
    ids=["same", "other-order", "not-through", "not-itself", "both-empty"],
)
def test_study_that_one_side_does_not_know(through: Handler, itself: Handler, side: str | None) -> None:
    with RawServer(through) as front, RawServer(itself) as behind:
        found = missing_study(Http(5), front.url, behind.url)
    assert (found.side if found else None) == side


def test_machine_is_known_by_its_own_addresses() -> None:
    http = Http(5)
    assert is_this_machine(http, "http://localhost:8080/dicom-web")
    assert is_this_machine(http, "http://127.0.0.9")
    assert is_this_machine(http, "http://[::1]:8042")
    assert not is_this_machine(http, "http://192.0.2.7/dicom-web")
    assert not is_this_machine(http, "https://pacs.example.org/dicom-web")
