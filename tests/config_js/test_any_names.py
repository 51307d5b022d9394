"""Configurations among statements that were put together at random: what is imported works as before, what is called broken is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.config_js.convert.graft import graft
from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.read.config import read_config
from ohif_setup.errors import SetupError
from tests.config_js.configs import SMALL, VIEWER, generated
from tests.config_js.engine import needs_node, ran
from tests.extent import examples

OBJECT = SMALL.removeprefix("window.config = ").removesuffix(";\n")
NAMES = "abcd"


class _Writer:
    """Writes statements in which few names are declared, changed and used again and again."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def script(self) -> str:
        lines = [self.statement(2) for _ in range(self.random.randrange(4))]
        lines.append(self.configuration())
        lines += [self.statement(2) for _ in range(self.random.randrange(2))]
        return "\n".join(lines)

    def configuration(self) -> str:
        before = " ".join(self.statement(1) for _ in range(self.random.randrange(3)))
        whole = OBJECT.replace("configuration: {", f"configuration: {{ friendlyName: {self.value(2)},")
        return self._one_of(
            [
                f"window.config = {whole};",
                f"(function () {{ {before} window.config = {whole}; }})();",
                f"(({self.name()}) => {{ {before} window.config = {whole}; }})({self.value(1)});",
                f"{{ {before} window.config = {whole}; }}",
                f"window.config = () => {{ {before} return {whole}; }};",
                f"window.config = function ({self.name()}) {{ {before} return {whole}; }};",
                f"const make = ({self.name()}) => ({whole}); window.config = make({self.value(1)});",
            ]
        )

    def statement(self, depth: int) -> str:
        inside = self.statement(depth - 1) if depth else ";"
        value = self.value(1)
        return self._one_of(
            [
                *[f"{kind} {self.name()} = {value};" for kind in ("const", "let", "var", "const")],
                f"const {{ search: {self.name()} = {value} }} = location;",
                f"{self.name()} = {value};",
                f"{self.name()} += {value};",
                f"window.{self.name()} = {value};",
                f"function {self.name()}() {{ {inside} return {value}; }}",
                f"{{ {inside} }}",
                f"if (location.port === '{self.random.choice(['8443', '80'])}') {{ {inside} }}",
                f"(() => {{ {inside} }})();",
                f"try {{ {inside} }} catch {{ }}",
                f"console.log({value});",
            ]
        )

    def value(self, depth: int) -> str:
        if not depth:
            return self._one_of([*NAMES, "'x'", "location.search", "location.port"])
        one, other = self.value(depth - 1), self.value(depth - 1)
        return self._one_of(
            [
                one,
                one,
                f"`{self.random.choice('xy')}${{{one}}}`",
                f"({one} + {other})",
                f"(typeof {self.name()} === 'string' ? {one} : {other})",
                f"(() => {one})",
                f"(({self.name()} = {one}) => {other})",
                f"(location.search && {one})",
                f"window.{self.name()}",
                f"{{ {self.name()}: {one} }}",
                f"{self.name()}?.length",
            ]
        )

    def _one_of(self, forms: Sequence[str]) -> str:
        return self.random.choice(forms)

    def name(self) -> str:
        return self._one_of(NAMES)


def _imported(text: str) -> str | None:
    try:
        read = read_config(text)
        draft = to_answers(read, viewer_url=VIEWER, server_url="http://127.0.0.1:8042/dicom-web")
        kept = {one.source for one in draft.kept}
        if ("dataSources", 0, "configuration", "friendlyName") not in kept:
            return None
        return graft(generated(Answers.model_validate(draft.tables)), read, draft)
    except SetupError:
        return None


@pytest.mark.slow
@needs_node
def test_what_is_imported_works_as_before_and_what_is_called_broken_is() -> None:
    texts = [_Writer(seed).script() for seed in range(examples(300, 800))]
    made = [_imported(text) for text in texts]
    before, after = ran(*texts), ran(*(text or "" for text in made))
    seen: Counter[str] = Counter()
    for text, now, old, new in zip(texts, made, before, after, strict=True):
        wrong = why_not(text)
        assert old.error or not wrong, f"{wrong}\n{text}"
        if now is not None and not old.error:
            assert not why_not(now), now
            shown = [one.value["dataSources"][0]["configuration"].get("friendlyName") for one in (old, new)]
            assert shown[0] == shown[1], f"{text}\n{now}"
        seen["refused" if now is None else "imported"] += 1
        seen["named" if wrong else "stopped without a word" if old.error else "works"] += 1
    assert min(seen.values()) > len(texts) // 8, seen
