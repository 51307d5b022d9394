"""Node as the JavaScript engine that a browser has: configurations are run in it, as the viewer would."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs a JavaScript engine: install nodejs")

_PROGRAM = """
const vm = require('vm');
const plain = async (value, depth = 0) => {
  const below = one => plain(one, depth + 1);
  if (depth > 9 || value === null || !['function', 'object'].includes(typeof value)) return depth > 9 ? '...' : value;
  if (typeof value === 'function') return { returns: await below(await value()) };
  if (Array.isArray(value)) return Promise.all(value.map(below));
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, one]) => [key, await below(one)])));
};
const run = async text => {
  const { origin, protocol, host, hostname, port, href, search } = new URL('https://viewer.example.org:8443/x?token=abc');
  const page = {
    URL, URLSearchParams, location: { origin, protocol, host, hostname, port, href, search },
    document: { title: 'OHIF', addEventListener() {} }, console: { log() {} }, localStorage: { getItem: key => key },
  };
  page.window = page.self = page.globalThis = page;
  try {
    vm.runInContext(text, vm.createContext(page));
    const config = page.window.config;
    return { value: await plain(typeof config === 'function' ? await config({ servicesManager: { services: 'S' } }) : config) };
  } catch (error) {
    return { error: error.name };
  }
};
Promise.all(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(run)).then(done => console.log(JSON.stringify(done)));
"""


@dataclass(frozen=True)
class Ran:
    """The configuration as JSON, a function as what it returns without arguments; or the kind of error that stopped it."""

    value: Any = None
    error: str = ""


def ran(*texts: str) -> list[Ran]:
    """What each configuration gives at https://viewer.example.org:8443/x?token=abc."""
    done = subprocess.run(
        ["node", "-e", _PROGRAM], input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=60
    )
    return [Ran(**one) for one in json.loads(done.stdout)]
