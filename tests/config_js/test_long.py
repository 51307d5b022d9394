"""A long configuration is read, judged and taken over in no more time than its length asks for, or refused."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from ohif_setup.config_js.convert.losses import losses
from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.read.config import read_config
from ohif_setup.config_js.read.source import UnreadableError
from tests.config_js.configs import DICOMWEB, VIEWER
from tests.growth import grows_with_its_input

CONFIG = """window.config = {{ routerBasename: '/', extensions: [], modes: [], defaultDataSourceName: 's0', dataSources: [
{{ namespace: '{namespace}', sourceName: 's0', configuration: {{ qidoRoot: '/dicom-web', wadoRoot: '/dicom-web' }} }},
{sources}], {keys} }};"""


def config(keys: str = "", sources: str = "") -> str:
    return CONFIG.format(namespace=DICOMWEB, keys=keys, sources=sources)


def each(count: int, text: str) -> str:
    return "".join(text.replace("#", str(number)) for number in range(count))


REFUSED = {
    "a long body": "const f = () => {" + ";" * 2_000 + "};" + "f();" * 2_000 + config(),
    "code that is not followed": "const f = () => { for (;;) {" + "a = 1;" * 300 + "} };" + "f();" * 300 + config(),
    "a long pattern": "const f = ({" + each(800, "a#,") + "}) => 1;" + "f();" * 800 + config(),
    "a text that is returned": "const f = () => '" + "x" * 50_000 + "';" + config(f"a: [{'f(),' * 1_000}]"),
    "a text in a list": "const s = ['" + "x" * 50_000 + "'];" + config(f"a: [{'s,' * 1_000}]"),
    "code in a list": "const s = [() => {/*" + "x" * 50_000 + "*/}];" + config(f"a: [{'s,' * 1_000}]"),
    "functions that need each other": "".join(f"const d{i} = () => d{i + 1}();" for i in range(600))
    + "const d600 = 1;"
    + config(each(600, "f#: () => d0(),")),
}
READ: dict[str, tuple[Callable[[int], str], int]] = {
    "chain of calls": (
        lambda n: (
            "".join(f"function f{i}(){{f{i + 1}()}}\n" for i in range(n)) + f"function f{n}(){{}} f0();" + config()
        ),
        400,
    ),
    "names that nothing declares": (lambda n: each(n, "u#;\n") + config(), 400),
    "functions": (lambda n: config(each(n, "f#: () => 1,")), 300),
    "secrets": (lambda n: config("all: {" + each(n, "password#: 'sesame99', f#: () => 1,") + "}"), 300),
    "data sources": (
        lambda n: config(
            sources=each(
                n,
                f"{{ namespace: '{DICOMWEB}', sourceName: 's1#', configuration: {{ qidoRoot: 'http://pacs/#/dicom-web' }} }},",
            )
        ),
        100,
    ),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_stands_for_more_than_it_says_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        to_answers(read_config(text), viewer_url=VIEWER)
    assert caught.value.id == "config-too-large"


@pytest.mark.parametrize(("text", "size"), READ.values(), ids=READ)
def test_time_grows_with_the_length(text: Callable[[int], str], size: int) -> None:
    def run(number: int) -> None:
        with contextlib.suppress(UnreadableError):
            read = read_config(text(number))
            lint(read, served_from=VIEWER)
            losses(read, read, to_answers(read, viewer_url=VIEWER))

    assert grows_with_its_input(run, size)
