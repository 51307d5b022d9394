"""A configuration that was merged from hand edits and new answers, in the published viewer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.generated import Deployment
from tests.browser.site import Site
from tests.browser.viewer_host import ViewerHost
from tests.browser.viewer_page import SHADES_OF_AN_IMAGE, expect_patients, open_study, picture, sign_in
from tests.parts.samples import ADA, STUDIES

pytestmark = pytest.mark.browser

BY_HAND = "  maxNumberOfWebWorkers: 3,\n  investigationalUseDialog: { option: 'never' },\n"


@pytest.mark.parametrize("site", [Deployment("3.13.2")], ids=["3.13.2"], indirect=True)
def test_merged_configuration_starts_the_viewer_with_both_changes(
    site: Site, viewer_host: ViewerHost, tmp_path: Path
) -> None:
    config = tmp_path / "deploy" / "app-config.js"
    anchor = "  showStudyList: true,\n"
    assert anchor in config.read_text()
    config.write_text(config.read_text().replace(anchor, anchor + BY_HAND))
    command = [sys.executable, "-m", "ohif_setup", "set", "server.uploads=true", "--yes"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "merged     deploy/app-config.js" in done.stdout
    viewer_host.serve(site.deployment.build, config, base="/")
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        assert visit.page.evaluate("window.config.maxNumberOfWebWorkers") == 3
        assert visit.page.evaluate("window.config.dataSources[0].configuration.dicomUploadEnabled") is True
        open_study(visit.page, ADA)
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE
