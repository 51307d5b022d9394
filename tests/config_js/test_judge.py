"""What keeps OHIF from starting, as it was measured."""

from __future__ import annotations

import json
import random
import shutil
import subprocess

import pytest

from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.read.source import UnreadableError, parse
from tests.config_js.configs import CLIENT, CLINIC, DICOMWEB, SMALL, V2, answers, generated

OIDC = f"authority: 'https://login.microsoftonline.com/t/v2.0', client_id: '{CLIENT}', response_type: 'code'"


def test_configurations_that_start() -> None:
    for text in (
        SMALL,
        CLINIC,
        generated(answers()),
        generated(answers(sign_in={"tenant_id": "contoso.com", "client_id": CLIENT, "flow": "implicit"})),
    ):
        assert why_not(text) is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  extensions: [],\n", "", "line 1: extensions is missing, and OHIF shows a blank page."),
        ("modes: []", "modes: {}", "line 3: modes is not a list, and OHIF shows a blank page."),
        ("  modes: [],\n", "", "modes is missing, and OHIF shows a blank page."),
        ("  defaultDataSourceName: 'pacs',\n", "", "defaultDataSourceName is missing"),
        (
            "Name: 'pacs',\n  data",
            "Name: 'other',\n  data",
            "line 6: no data source has the name that defaultDataSourceName gives",
        ),
        (DICOMWEB, DICOMWEB.replace("dicomweb", "dicomwep"), "line 9: OHIF has no data source module of that name"),
        (DICOMWEB, "org.ohif.default.dataSourcesModule.dicomweb", "OHIF has no data source module of that name"),
        ("dataSources: [", "dataSource: [", "dataSources is missing"),
        ("extensions: []", "oidc: [], extensions: []", "oidc is an empty list, and OHIF shows a blank page."),
        ("extensions: []", f"oidc: {{ {OIDC} }}, extensions: []", "oidc is not a list"),
        ("extensions: []", "oidc: [{ response_type: 'code', authority: 'x' }], extensions: []", "has no client_id"),
        ("window.config", "module.exports", "only module.exports is set"),
        ("window.config", "window.conf", "assigns nothing to window.config"),
        ("modes: [],", "modes: []", "line 4: "),
    ],
)
def test_each_defect_is_named_with_its_line(old: str, new: str, sentence: str) -> None:
    assert old in SMALL
    wrong = why_not(SMALL.replace(old, new, 1))
    assert wrong is not None
    assert sentence in wrong
    assert "\n" not in wrong


def test_a_configuration_of_ohif_2_does_not_start() -> None:
    assert "a configuration of OHIF 2" in str(why_not(V2))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("modes: []", "modes: window.ourModes"),
        ("extensions: []", "oidc: null, extensions: []"),
        ("extensions: []", f"oidc: [{{ {OIDC} }}], extensions: []"),
        (DICOMWEB, "@acme/extension-pacs.dataSourcesModule.acme"),
        ("sourceName: 'pacs'", "sourceName: window.name"),
        ("dataSources: [", "dataSources: window.sources || ["),
        ("modes: []", "...window.ours"),
        ("window.config = ", "window.config = ({ servicesManager }) => ("),
    ],
)
def test_what_may_be_right_is_not_refused(old: str, new: str) -> None:
    text = SMALL.replace(old, new, 1)
    assert why_not(text.replace("};\n", "});\n") if new.endswith("=> (") else text) is None


@pytest.mark.skipif(not shutil.which("node"), reason="needs a JavaScript engine: install nodejs")
def test_the_parser_agrees_with_an_engine_on_damaged_files() -> None:
    rng = random.Random(4711)
    whole = [SMALL, CLINIC, V2, generated(answers())]
    texts = [_damaged(rng, rng.choice(whole)) for _ in range(400)]
    program = (
        "const vm = require('vm'); const t = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(t.map(x => { try { new vm.Script(x); return true } catch { return false } })))"
    )
    done = subprocess.run(["node", "-e", program], input=json.dumps(texts), capture_output=True, text=True, check=True)
    engine: list[bool] = json.loads(done.stdout)
    differ = [text for text, good in zip(texts, engine, strict=True) if _parses(text) != good]
    assert 100 < sum(engine) < 300
    assert differ == []


def _parses(text: str) -> bool:
    try:
        parse(text)
    except UnreadableError:
        return False
    return True


def _damaged(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    match rng.randrange(4):
        case 0:
            at = rng.randrange(len(text))
            return text[:at] + text[at + rng.choice([1, 1, 2, 5, 40]) :]
        case 1:
            at = rng.randrange(len(text))
            return text[:at] + rng.choice("{}[](),;:'\"`=.a0\n") + text[at:]
        case 2:
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
        case _:
            del lines[rng.randrange(len(lines))]
    return "\n".join(lines)
