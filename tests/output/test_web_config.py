"""`web.config` as XML against the documented rules of URL Rewrite 2 and ARR 3. IIS itself was not run.

learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference: rules are tried in their order
against the path without its first slash, case ignored; conditions all hold; `stopProcessing` ends it.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.webservers.iis import web_config
from tests.output.fronts import FILES, generated

BASES = pytest.mark.parametrize("base", ["", "/ohif", "/a.b/ohif"])


def site(base: str = "", login: str = "", **server: Any) -> dict[str, Any]:
    return {
        "viewer": {"url": f"https://viewer.example.org{base}"},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042/dicom-web", "proxy": "iis"} | server,
        "proxy": {"orthanc_credentials_file": login} if login else {},
    }


def parsed(answers: dict[str, Any]) -> ET.Element:
    return ET.fromstring(generated(answers)["web.config"])


def only(element: ET.Element, path: str) -> ET.Element:
    (found,) = element.findall(path)
    return found


@dataclass(frozen=True)
class Outcome:
    """What became of a request: `type` is the action's, or `File` where no rule took it."""

    type: str
    target: str = ""
    variables: tuple[tuple[str, str], ...] = ()


def routed(config: ET.Element, path: str, method: str = "GET", files: tuple[str, ...] = ()) -> Outcome:
    """The rules applied to one request; `files` are paths that exist on the disk."""
    for rule in config.findall("system.webServer/rewrite/rules/rule"):
        match = re.search(only(rule, "match").attrib["url"], path.removeprefix("/"), re.IGNORECASE)
        if not match or not all(holds(one, path, method, match, files) for one in rule.findall("conditions/add")):
            continue
        assert rule.attrib["stopProcessing"] == "true"
        action = only(rule, "action")
        filled = action.get("url") or action.get("statusCode") or ""
        for number, group in enumerate((match[0], *match.groups())):
            filled = filled.replace(f"{{R:{number}}}", group)
        sets = rule.findall("serverVariables/set")
        return Outcome(action.attrib["type"], filled, tuple((one.attrib["name"], one.attrib["value"]) for one in sets))
    return Outcome("File", path)


def holds(condition: ET.Element, path: str, method: str, match: re.Match[str], files: tuple[str, ...]) -> bool:
    subject = {"{REQUEST_METHOD}": method, "{REQUEST_FILENAME}": path, "{R:0}": match[0]}[condition.attrib["input"]]
    if condition.get("matchType") == "IsFile":
        found = subject in files
    else:
        found = re.search(condition.attrib["pattern"], subject, re.IGNORECASE) is not None
    return found != (condition.get("negate") == "true")


@BASES
def test_dicomweb_goes_to_the_server_and_nothing_else_of_it(base: str) -> None:
    config = parsed(site(base))
    for path in ("studies", "studies/1.2/series/3/instances/4/frames/1", "series", "instances"):
        found = routed(config, f"/dicom-web/{path}")
        assert (found.type, found.target) == ("Rewrite", f"http://127.0.0.1:8042/dicom-web/{path}")
        assert found.variables == (
            ("HTTP_FORWARDED", "host={HTTP_HOST};proto=https"),
            ("HTTP_X_FORWARDED_HOST", "{HTTP_HOST}"),
            ("HTTP_X_FORWARDED_PROTO", "https"),
        )
    for path in ("", "/", "/servers", "/studiesx", "/app/x.js", "/info"):
        assert routed(config, f"/dicom-web{path}") == Outcome("CustomResponse", "404"), path
    assert not routed(config, "/system").target.startswith("http")
    assert not routed(config, "/x/dicom-web/studies").target.startswith("http")


@BASES
def test_routes_are_the_page_and_files_are_files(base: str) -> None:
    config = parsed(site(base))
    page = Outcome("Rewrite", f"{base}/index.html")
    for route in ("/", "/viewer", "/viewer/dicomweb", "/callback", "/logout-redirect.html"):
        assert routed(config, base + route) == page, route
    there = tuple(f"{base}/{name}" for name in FILES)
    for path in there:
        assert routed(config, path, files=there) == Outcome("File", path)
    for path in ("/nosuch.bundle.js", "/x/nosuch.WASM"):
        # Left to IIS, which says 404.
        assert routed(config, base + path) == Outcome("File", base + path)
    if base:
        assert routed(config, base) == Outcome("Redirect", f"{base}/")
        assert routed(config, "/other").type == "File"
        assert routed(config, base.replace(".", "x") + "y/viewer").type == "File"


@pytest.mark.parametrize(
    ("uploads", "allowed"), [(False, {"GET", "HEAD"}), (True, {"GET", "HEAD", "POST"})], ids=["reading", "storing"]
)
def test_methods_and_sizes_follow_uploads(uploads: bool, allowed: set[str]) -> None:
    config = parsed(site(uploads=uploads))
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "XPOST"):
        found = routed(config, "/dicom-web/studies", method)
        assert (found.type == "Rewrite") == (method in allowed)
        assert found.type == "Rewrite" or found == Outcome("CustomResponse", "403")
    limits = only(config, "system.webServer/security/requestFiltering/requestLimits").attrib
    assert limits.get("maxAllowedContentLength") == ("4294967295" if uploads else None)
    # IIS takes 2,048 bytes of query by default (404.15).
    assert int(limits["maxQueryString"]) >= 16384


def test_several_servers_have_their_own_rules() -> None:
    answers = site()
    one = answers.pop("server")
    answers["servers"] = [
        one,
        {"kind": "dicomweb", "name": "b", "url": "https://pacs.example.org/a.b/rs", "proxy": "iis", "uploads": True},
    ]
    config = parsed(answers)
    assert routed(config, "/a.b/rs/studies", "POST").target == "https://pacs.example.org/a.b/rs/studies"
    assert routed(config, "/dicom-web/studies", "POST").target == "403"
    assert routed(config, "/aXb/rs/studies").target == "/index.html"
    names = [rule.attrib["name"] for rule in config.iter("rule")]
    assert len(set(names)) == len(names)


def test_login_is_in_no_file_that_is_served() -> None:
    secret = "C:\\ProgramData\\o&h <q'if>\\login.config".replace("<", "(").replace(">", ")")
    made = generated(site(login=secret))
    assert "ProgramData" not in made["web.config"]
    config = ET.fromstring(made["web.config"])
    found = dict(routed(config, "/dicom-web/studies").variables)
    assert found["HTTP_AUTHORIZATION"] == f"{{{web_config.LOGIN_MAP}:authorization}}"
    steps = made["NEXT-STEPS.md"]
    assert f"-Value @{{name='{web_config.LOGIN_MAP}'}}" in steps
    assert "is not read" in steps


@pytest.mark.parametrize("case", ["plain", "login", "azure"])
def test_every_variable_that_a_rule_sets_is_to_be_allowed(case: str) -> None:
    answers = site(login="C:\\x\\y" if case == "login" else "")
    if case == "azure":
        answers["servers"] = [
            answers.pop("server"),
            {"kind": "azure-dicom", "name": "a", "url": "https://ws-dicom.dicom.azurehealthcareapis.com"},
        ]
        answers["sign_in"] = {
            "tenant_id": "11111111-2222-4333-8444-555555555555",
            "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa",
        }
    made = generated(answers)
    config = ET.fromstring(made["web.config"])
    used = {one.attrib["name"] for one in config.iter("set")}
    assert used == set(web_config.variables(Answers.model_validate(answers)))
    allowed = set(re.findall(r"allowedServerVariables -Name \. -Value @\{name='(\w+)'\}", made["NEXT-STEPS.md"]))
    assert allowed == used
    assert ("HTTP_AUTHORIZATION" in used) == (case != "plain")


def test_headers_that_are_named_to_the_owner_of_another_server_are_set() -> None:
    made = generated(site(kind="dicomweb", url="https://127.0.0.1:8443/rs"))
    found = routed(ET.fromstring(made["web.config"]), "/rs/studies")
    said = re.search(r"tells it that address in (.*);", made["NEXT-STEPS.md"])
    assert said
    named = {f"HTTP_{one.upper().replace('-', '_')}" for one in re.findall(r"`([\w-]+)`", said[1])}
    assert named == {"HTTP_HOST", *(name for name, _ in found.variables)}
    # Which is what passes Host on.
    assert "-Name preserveHostHeader -Value True" in made["NEXT-STEPS.md"]


def test_types_are_removed_before_they_are_added() -> None:
    content = only(parsed(site()), "system.webServer/staticContent")
    assert content[0].attrib == {"cacheControlMode": "DisableCache"}
    seen: set[str] = set()
    for one in content[1:]:
        if one.tag == "mimeMap":
            # A duplicate is 500.19.
            assert one.attrib["fileExtension"] in seen
        seen.add(one.attrib["fileExtension"])
    types = {one.attrib["fileExtension"]: one.attrib["mimeType"] for one in content.iter("mimeMap")}
    assert seen == set(types)
    assert {".wasm", ".mjs", ".map", ".woff2", ".jsonc"} <= seen
    assert (types[".wasm"], types[".mjs"]) == ("application/wasm", "text/javascript")


def test_docs_say_that_it_was_not_run() -> None:
    assert "not run" in generated(site())["NEXT-STEPS.md"]
