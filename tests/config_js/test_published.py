"""The configurations that OHIF publishes, read, imported and written anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.config_js.convert.graft import graft
from ohif_setup.config_js.convert.losses import losses
from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.read.config import read_config
from ohif_setup.config_js.read.roots import root_of
from tests.browser.builds import VERSIONS, BuildMissingError, build_folder
from tests.config_js.configs import VIEWER, generated

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def builds() -> Mapping[str, Path]:
    try:
        return {version: build_folder(version) for version in VERSIONS}
    except BuildMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", ["app-config.js", "google.js"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_published_configuration_survives_an_import(version: str, name: str, builds: Mapping[str, Path]) -> None:
    text = (builds[version] / name).read_text(encoding="utf-8")
    assert why_not(text) is None
    read = read_config(text)
    # Browsers ask a server at another origin there.
    draft = to_answers(read, viewer_url=VIEWER)
    assert draft.missing == ()
    assert Answers.model_validate(draft.tables).server.route == "direct"
    path = root_of(read.get(("dataSources", 0, "configuration"))).path
    draft = to_answers(read, viewer_url=VIEWER, server_url=f"http://127.0.0.1:8080{path}")
    assert draft.missing == ()
    made = graft(generated(Answers.model_validate(draft.tables)), read, draft)
    assert why_not(made) is None
    lost = losses(read, read_config(made), draft)
    assert {one.path.rpartition(".")[2] for one in lost} <= {
        "routerBasename", "showWarningMessageForCrossOrigin", "enableGoogleCloudAdapter", "wadoUriRoot",
        "qidoSupportsIncludeField", "revoke_uri", "supportsReject",
    }  # fmt: skip
    found = {one.id for one in lint(read, served_from=VIEWER)}
    assert "does-not-start" not in found
    assert ("demo-server" in found) == (name == "app-config.js")
