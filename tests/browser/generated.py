"""The generated files, by the front door: an answers file and `ohif-setup generate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.flows.front_door import ohif_setup

VIEWER_HOST = "viewer.example.org"
SIGN_IN_HOST = "login.microsoftonline.com"
DICOM_HOST = "ws-dicom.dicom.azurehealthcareapis.com"

TENANT_ID = "11111111-2222-4333-8444-555555555555"
CLIENT_ID = "99999999-8888-4777-8666-555555555555"


@dataclass(frozen=True)
class Deployment:
    """What a test wants to be deployed: a published build, how it signs in, and the path that it lives under."""

    build: str
    flow: Literal["code", "implicit"] = "code"
    path: str = ""
    parameters: str = "{}"

    @property
    def url(self) -> str:
        """The viewer URL, without a trailing slash."""
        return f"https://{VIEWER_HOST}{self.path}"

    @property
    def answers(self) -> str:
        """The answers file."""
        return f"""\
version = 1

[viewer]
url = "{self.url}"
ohif_version = "{".".join(self.build.split(".")[:2])}"

[server]
kind = "azure-dicom"
url = "https://{DICOM_HOST}"

[sign_in]
tenant_id = "{TENANT_ID}"
client_id = "{CLIENT_ID}"
flow = "{self.flow}"
extra_parameters = {self.parameters}
"""


def generate(deployment: Deployment, folder: Path) -> Path:
    """Write the answers file into `folder`, generate, and give the path of `app-config.js`."""
    answers = folder / "ohif-setup.toml"
    answers.write_text(deployment.answers, encoding="utf-8")
    done = ohif_setup("generate", "--answers", str(answers))
    assert done.status == 0, done.err
    return folder / "deploy" / "app-config.js"
