"""The faults of Content Security Policies: what each one makes a browser refuse, and the text that allows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.browser.csp import HEADER, Policy, with_sources
from ohif_setup.browser.foreign import resolve, scripts_of
from ohif_setup.browser.origin import is_potentially_trustworthy
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.policy_needs import Need
from ohif_setup.checks.viewer.steps import viewer_server, web_server_line
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Exchange, evidence

BLANK = "the page stays blank"
_PLAIN = re.compile(r"[A-Za-z0-9 '*:/._;=+?%~,\[\]-]{1,4000}")
"""What a policy to paste may consist of: the text came from a server, and must mean the same inside of quotes anywhere."""


@dataclass(frozen=True)
class Governed:
    """A response with one of its policies. `name` says which response, as in `index.html`; `page` whether it is one."""

    name: str
    policy: Policy
    exchange: Exchange
    page: bool = True

    @property
    def place(self) -> str:
        """Where the policy stands, for a sentence."""
        if self.policy.meta:
            return f"the <meta http-equiv> in {self.name}"
        return f"the header {HEADER} of {self.name}"


def faults(answers: Answers, governed: Sequence[Governed], needs: Sequence[Need]) -> list[Fault]:
    """One fault for each directive of each policy that refuses something, and for each directive that OHIF does not survive."""
    found: list[Fault] = []
    for one in governed:
        found += [_fault(one, name, missing) for name, missing in _refused(one, needs).items()]
        if one.page:
            found += _scripts(answers, one)
            found += _fatal(answers, one)
    # What fails comes first, and brings the lines that mend everything.
    found.sort(key=lambda fault: fault.severity != "fail")
    if found:
        own, lines = found[0].fixes, tuple(_lines(answers, governed, needs))
        # The line of the site's own web server can be pasted; elsewhere it is one of several.
        found[0] = replace(found[0], fixes=(*lines, *own) if viewer_server(answers) else (*own, *lines))
    return found


def _lines(answers: Answers, governed: Sequence[Governed], needs: Sequence[Need]) -> Iterator[Fix]:
    """The lines of the web server with whole policies, in which nothing is missing; one where all responses have the same."""
    headers: dict[tuple[tuple[str, tuple[str, ...]], ...], list[Governed]] = {}
    for one in governed:
        if not one.policy.meta:
            headers.setdefault(tuple(one.policy.directives.items()), []).append(one)
    for same in headers.values():
        added: dict[str, list[str]] = {}
        for one in same:
            for name, missing in _refused(one, needs).items():
                added.setdefault(name, []).extend(need.source for need in missing)
        whole = "; ".join(f"{name} {value}".strip() for name, value in _mended(same[0].policy, added).items())
        if not added or not _PLAIN.fullmatch(whole):
            continue
        names = " and ".join(dict.fromkeys(one.name for one in same))
        for fix in _header_line(answers, whole):
            if fix.where != "Generated":
                yield Fix(fix.where, f"everything at once, for {names}: {fix.text}")


def _header_line(answers: Answers, policy: str) -> tuple[Fix, ...]:
    return web_server_line(answers, lambda lines: lines.header(HEADER, policy))


def _refused(one: Governed, needs: Sequence[Need]) -> Mapping[str, list[Need]]:
    """What a policy refuses, by the directive that was asked for."""
    refused: dict[str, list[Need]] = {}
    for need in needs:
        if (need.response == "page") == one.page and not need.allowed(one.policy):
            missing = refused.setdefault(need.directive, [])
            if all(other.source != need.source for other in missing):
                missing.append(need)
    return refused


def _fault(one: Governed, directive: str, missing: Sequence[Need]) -> Fault:
    deciding, sources = one.policy.deciding(directive), one.policy.sources(directive) or ()
    symptoms = dict.fromkeys(need.breaks for need in missing)
    named = " and ".join(need.source for need in missing)
    cause = f"In {one.place} {_in_force(deciding, sources)}, and a browser obeys it."
    if deciding != _written(directive):
        cause += f" There is no {_written(directive)}, so {deciding} decides."
    return Fault(
        "policy-refuses",
        f"{_written(directive)} of {one.name} lacks {short(named, 160)}",
        "; ".join(symptoms),
        cause,
        (_fix(one, directive, [need.source for need in missing]),),
        "warn" if all(need.optional for need in missing) else "fail",
        evidence(one.exchange) | {"directive": deciding, "missing": [need.source for need in missing]},
    )


def _in_force(name: str, sources: Sequence[str]) -> str:
    return f'"{short(" ".join((name, *sources)), 300)}" is in force'


def _written(directive: str) -> str:
    """The name under which a directive is usually written."""
    return directive.removesuffix("-elem")


def _fix(one: Governed, directive: str, sources: Sequence[str]) -> Fix:
    name = _target(one.policy, directive)
    mended = _mended(one.policy, {directive: sources})[name]
    if _PLAIN.fullmatch(mended):
        return Fix("Policy", f"in {one.place} write: {name} {mended}")
    return Fix("Policy", f"in {one.place} add to {name}: {' '.join(sources)}")


def _target(policy: Policy, directive: str) -> str:
    """The directive to change: the one in force, unless that is the general one, which would allow too much."""
    deciding = policy.deciding(directive)
    return _written(directive) if deciding in ("default-src", "child-src") else deciding


def _mended(policy: Policy, added: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The policy by directive, with everything that is missing."""
    mended = {name: " ".join(sources) for name, sources in policy.directives.items()}
    for directive, sources in added.items():
        name = _target(policy, directive)
        before = mended.get(name, "").split() or policy.sources(directive) or ()
        mended[name] = with_sources(before, sources)
    return mended


def _scripts(answers: Answers, one: Governed) -> Iterator[Fault]:
    """The fault of a policy that refuses a script which the page loads. The inline ones may be refused: nothing of the viewer needs
    them (measured)."""
    address = f"{answers.viewer.url}/"
    loaded = [(script, resolve(address, source)) for script in scripts_of(text_of(one.exchange.received))
              if (source := script.attributes.get("src", "").strip())]  # fmt: skip
    refused = [url for script, url in loaded if not one.policy.allows_script(script, url, address)]
    if not refused:
        return
    name = one.policy.deciding("script-src-elem")
    sources = [source for source in one.policy.directives[name] if source.lower() != "'strict-dynamic'"]
    cause = f"In {one.place} {_in_force(name, one.policy.directives[name])}, and OHIF's page loads its scripts by their address."
    if len(sources) < len(one.policy.directives[name]):
        cause += " With 'strict-dynamic' a browser ignores addresses, and the scripts of the page have no nonce."
    target = _target(one.policy, "script-src-elem")
    wanted = short(with_sources(sources, ["'self'"]), 500)
    yield Fault(
        "policy-refuses",
        f"script-src of {one.name} refuses the viewer's scripts",
        BLANK,
        cause,
        (Fix("Policy", f"in {one.place} write: {target} {wanted}"),),
        evidence=evidence(one.exchange) | {"directive": name, "missing": ["'self'"], "refused": refused[:5]},
    )


def _fatal(answers: Answers, one: Governed) -> Iterator[Fault]:
    """The faults of directives that no source can make good."""
    directives = one.policy.directives
    sandbox = directives.get("sandbox")
    if sandbox is None:
        pass
    elif not {"allow-scripts", "allow-same-origin"} <= set(map(str.lower, sandbox)):
        yield _directive(
            one,
            "sandbox",
            "the page is put into a sandbox",
            BLANK,
            "OHIF needs scripts and its own origin, which a sandbox takes away.",
        )
    else:
        cause = "Browsers start no PDF viewer in a sandbox, whatever else it allows."
        yield replace(
            _directive(one, "sandbox", "the page is put into a sandbox", "PDF documents stay blank", cause),
            severity="warn",
        )
    if "'script'" in map(str.lower, directives.get("require-trusted-types-for", ())):
        yield _directive(
            one,
            "require-trusted-types-for",
            "trusted types are required, which OHIF does not use",
            f"{BLANK}; the console says This document requires 'TrustedScriptURL' assignment",
            "OHIF loads its scripts and workers by plain text addresses.",
        )
    if "upgrade-insecure-requests" in directives and not is_potentially_trustworthy(answers.viewer.url):
        yield _directive(
            one,
            "upgrade-insecure-requests",
            "upgrade-insecure-requests has browsers ask for everything by https",
            f"{BLANK}; the console says net::ERR_SSL_PROTOCOL_ERROR or ERR_CONNECTION_REFUSED",
            f"The viewer is at {answers.viewer.url}, and its scripts are served by http only.",
        )


def _directive(one: Governed, name: str, title: str, symptom: str, cause: str) -> Fault:
    fix = Fix("Policy", f"remove the directive {name} from {one.place}")
    return Fault("policy-refuses", title, symptom, cause, (fix,), evidence=evidence(one.exchange) | {"directive": name})
