"""`orthanc-serve-folders.json`, unmodified, in the place of Debian's `serve-folders.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.output.fronts import HOSTILE, PAGE, ask, generated, viewer_folder
from tests.parts import orthanc
from tests.parts.users import open_folder

MISSING = orthanc.missing()
NAME = "orthanc-serve-folders.json"


def site(folder: str, base: str = "/ohif") -> dict[str, Any]:
    return {
        "viewer": {"url": f"http://localhost:8042{base}", "folder": folder},
        "server": {"kind": "orthanc", "url": "http://localhost:8042", "route": "serve-folders"},
    }


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("base", ["/ohif", "/a/b", "/a.b~c"])
def test_orthanc_serves_a_folder_with_a_hostile_name(tmp_path: Path, base: str) -> None:
    with open_folder() as top:
        folder = viewer_folder(top)
        (folder / "viewer").write_bytes(PAGE)
        generated_file = tmp_path / NAME
        generated_file.write_text(generated(site(str(folder), base))[NAME], encoding="utf-8")
        with orthanc.orthanc(tmp_path, files={"serve-folders.json": generated_file}) as server:
            page = ask(server.port, f"{base}/viewer?StudyInstanceUIDs=1")
            assert (page.status, page.body, page.of("content-type")) == (200, PAGE, ["text/html"])
            for name, kind in {"index.html": "text/html", "a1b2.wasm": "application/wasm"}.items():
                answer = ask(server.port, f"{base}/{name}")
                assert (answer.status, answer.of("content-type")) == (200, [kind])
            # As NEXT-STEPS.md says.
            assert {ask(server.port, path).status for path in (base, f"{base}/", f"{base}/other")} == {404}
            assert ask(server.port, "/dicom-web/studies").status == 200


def test_next_steps_say_what_does_not_work_and_which_file_to_change() -> None:
    text = generated(site(f"/srv/{HOSTILE}"))["NEXT-STEPS.md"]
    for words in (
        "**For development only.**",
        "**Reloading the study list is 404.**",
        "`http://localhost:8042/ohif/index.html`",
        "/etc/orthanc/serve-folders.json",
        "keeps Orthanc from starting",
        "/etc/orthanc/dicomweb.json",
        "whole REST API",
    ):
        assert words in text


def test_other_ways_need_no_such_file() -> None:
    answers = site("/srv/ohif")
    answers["server"] |= {"route": "reverse-proxy", "url": "http://localhost:8043"}
    assert NAME not in generated(answers)
