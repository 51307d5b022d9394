"""The sections of `NEXT-STEPS.md` about Apache."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.output.section import Section, Stage
from ohif_setup.webservers import facts, steps


def sections(answers: Answers) -> Iterator[Section]:
    """The login that Apache adds, and where its files go."""
    yield from steps.login(answers, "Apache", 'RequestHeader set Authorization "Basic ', '"')
    yield Section("apache", Stage.WEB_SERVER, steps.about(answers) | {"modules": _modules(answers)})


def _modules(answers: Answers) -> str:
    """The modules that the generated file needs: those that Debian does not enable, and those of its defaults that may be
    disabled."""
    servers = facts.proxied(answers)
    names = ["alias"]
    if facts.is_for_this_machine(answers):
        names.append("authz_host")
    names += ["deflate", "dir", "filter", "headers", "mime", "proxy", "proxy_http"]
    if any(server.decodes_commas for server in servers):
        names.append("rewrite")
    if answers.proxy.tls_certificate or any(server.https for server in servers):
        names.append("ssl")
    return " ".join(names)
