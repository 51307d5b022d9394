"""A served configuration that differs from what the answers give: in words, and what to do about it. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from ohif_setup.answers.model import Answers
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Evidence, Finding, Fix
from ohif_setup.checks.generated import Generated, same_text
from ohif_setup.checks.viewer import steps as viewer_steps
from ohif_setup.checks.viewer.config_values import Comparison, Difference
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.providers import provider_of

ID = "viewer-config"
_MOST = 6
"""How many keys a title or a sentence names."""


def finding(
    answers: Answers, differences: Sequence[Difference], generated: Generated, served: str, exchange: Exchange
) -> Finding:
    """One finding for all keys that mean something else in the served text than in the answers."""
    first = differences[0]
    title = f"{first.path} is {first.served}, the answers give {first.wanted}"
    if len(differences) > 1:
        title = f"the served app-config.js differs from the answers in {_listed([one.key for one in differences])}"
    symptoms = dict.fromkeys(one.symptom for one in differences)
    severity, unseen = _severity(differences, generated, served)
    found = finding_of(
        ID,
        exchange.sent.url,
        Fault(
            "FM64",
            title,
            "; ".join(symptoms),
            f"{sentence(differences)} The other checks look at what the answers say, and browsers obey the served file.",
            fixes(answers, differences, generated),
            severity,
        ),
        {**evidence(exchange), **as_evidence(differences)},
    )
    return replace(found, unseen=unseen)


def sentence(differences: Sequence[Difference]) -> str:
    """Key, served value and wanted value of each."""
    shown = [f"{one.path} is {one.served} where the answers give {one.wanted}" for one in differences[:_MOST]]
    more = f"; and {len(differences) - _MOST} more" if len(differences) > _MOST else ""
    return f"The served {'; '.join(shown)}{more}."


def as_evidence(differences: Sequence[Difference]) -> Evidence:
    """The same for programs."""
    return {"differences": [{"key": one.path, "served": one.served, "wanted": one.wanted} for one in differences]}


def fixes(
    answers: Answers, differences: Sequence[Difference], generated: Generated, *, may_be_right: bool = True
) -> tuple[Fix, ...]:
    """What to do, in order: the answers or the generated file where those are old, then the served one. `may_be_right`: whether
    the served values may be the ones that somebody wants."""
    install = (viewer_steps.install(answers), _copy(answers))
    right = tuple(fix for one in differences if may_be_right and (fix := _if_right(answers, one)))
    if generated.written is None:
        return (Fix("Generated", "ohif-setup generate"), *install, *right)
    if same_text(generated.written, generated.wanted):
        return (*install, *right)
    if generated.edited:
        merged = "ohif-setup generate --force   (discards all hand edits; ohif-setup diff shows them)"
        return (*right, Fix("Generated", merged), *install)
    return (Fix("Generated", "ohif-setup generate"), *install, *right)


def stock(answers: Answers, generated: Generated, exchange: Exchange) -> Finding:
    """The finding of a configuration that OHIF ships."""
    fault = Fault(
        "FM63",
        "the generated file is not installed: OHIF's own app-config.js is served, with a server that is not yours",
        "demo studies, or none of yours",
        "The build and the image bring a file of that name along, for a public demonstration server or for an example. "
        f"{answers.output.directory}/app-config.js has to take its place.",
        (*_written_first(generated), viewer_steps.install(answers), _copy(answers), _CONTAINER),
    )
    return finding_of(ID, exchange.sent.url, fault, evidence(exchange))


def other_keys(
    answers: Answers, compared: Comparison, generated: Generated, served: str, exchange: Exchange
) -> list[Finding]:
    """A warning where keys of less weight differ and nobody meant it: the file is old, or not the one in the output folder."""
    if not compared.others or generated.written is None:
        return []
    named = _listed(compared.others)
    if same_text(served, generated.written):
        # A hand edit that `generate` keeps is meant.
        if generated.edited:
            return []
        title = f"the answers give another app-config.js now: {named}"
        cause = f"{answers.output.directory}/app-config.js, which is served, was generated from older answers."
    else:
        title = f"the served configuration is not the generated one: {_keys(compared.others)} ({named})"
        cause = (
            f"It differs from {answers.output.directory}/app-config.js: it is an older copy, from another folder, or edited by "
            "hand there."
        )
    fault = Fault(
        "FM64",
        title,
        "changes of the answers have no effect in the viewer",
        cause,
        (*_written_first(generated), viewer_steps.install(answers), _copy(answers), _CONTAINER),
        "warn",
    )
    return [finding_of(ID, exchange.sent.url, fault, evidence(exchange))]


def said_of_the_rest(compared: Comparison | None, generated: Generated) -> tuple[str, str]:
    """The end of the title of a file in which nothing of weight differs from the answers, and what of it was not seen."""
    if compared is None:
        why = "the tenant is not given by its ID" if generated.wanted is None else "it cannot be read here"
        return (
            f"not compared with the answers: {why}",
            f"its configuration: not compared, {why}",
        )
    note = "as the answers give it, in other words"
    if compared.others:
        note = f"edited by hand: {_keys(compared.others)} ({_listed(compared.others)})"
    if not compared.unseen:
        return note, ""
    keys = _listed(compared.unseen)
    return (
        f"{note}; computed in the browser: {keys}",
        f"{keys} of its configuration: only a browser computes that",
    )


def _severity(differences: Sequence[Difference], generated: Generated, served: str) -> tuple[Severity, str]:
    """A failure, except for what no answer can hold and the owner wrote into the generated file: that is meant, and not checked."""
    if generated.edited and same_text(served, generated.written) and not any(one.answer for one in differences):
        keys = _listed([one.key for one in differences])
        return "warn", f"{keys} of its configuration: the checks look at what the answers say"
    return "fail", ""


def _if_right(answers: Answers, difference: Difference) -> Fix | None:
    """How the answers take the served value, if that is the right one."""
    value, key = difference.served, difference.answer
    if not key or value == "nothing":
        return None
    if key == "sign_in" and answers.sign_in is not None:
        key = f"sign_in.{provider_of(answers.sign_in).key}"
        if key == "sign_in.authority" and difference.key == "authority":
            return Fix("Answers", f"if {value} is right: ohif-setup set {shlex.quote(f'{key}={value}')}")
        return Fix("Answers", f"if {value} is right: ohif-setup set {key}=VALUE, with its part of that address")
    if key == "sign_in.client_id":
        return Fix("Answers", f"if {value} is right: ohif-setup set {shlex.quote(f'{key}={value}')}")
    if key == "sign_in.flow":
        return Fix("Answers", f"if {value} is right: ohif-setup set {key}={'code' if value == 'code' else 'implicit'}")
    return Fix("Answers", f"if {value} is right: correct {key} in the answers")


def _written_first(generated: Generated) -> tuple[Fix, ...]:
    if same_text(generated.written, generated.wanted) or generated.edited:
        return ()
    return (Fix("Generated", "ohif-setup generate"),)


def _copy(answers: Answers) -> Fix:
    folder = answers.viewer.folder or "the folder that is served"
    return Fix("Or", f"copy {answers.output.directory}/app-config.js to {folder}")


# Recipes that mount it at /var/www/html are common (OHIF/Viewers issue 5708); the image does not serve that folder.
_CONTAINER = Fix(
    "Container", "mount the file at /usr/share/nginx/html/app-config.js in the image ohif/app; a change needs a restart"
)


def _keys(keys: Sequence[str]) -> str:
    return "1 other key differs" if len(keys) == 1 else f"{len(keys)} other keys differ"


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _MOST} more" if len(keys) > _MOST else ""
    return f"{', '.join(keys[:_MOST])}{more}"
