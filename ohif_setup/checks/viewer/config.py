"""Is the configuration that browsers load the generated one, and would OHIF work with it?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.generated import Generated, same_text
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer import config_difference as viewer_config_difference
from ohif_setup.checks.viewer import config_served as viewer_config_served
from ohif_setup.checks.viewer import config_text as viewer_config_text
from ohif_setup.checks.viewer import steps as viewer_steps
from ohif_setup.checks.viewer.body import unread_coding
from ohif_setup.checks.viewer.config_values import Comparison, Difference, compare
from ohif_setup.checks.viewer.served import is_there
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.read.config import read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.network.look.served import ServedViewer, text_of
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif import build
from ohif_setup.routes import ROUTES, reach
from ohif_setup.webservers import web_server_of

ID = "viewer-config"
MAX_SHOWN = 6
"""How many remarks on the text, and how many host names without a dot, are handled one by one. The rest are counted."""

_HOST = re.compile(r"""["'`]https?://([A-Za-z0-9_-]+)(?::\d+)?(?=[/"'`])""")
"""A URL in a JavaScript string whose host has no dot, as containers are named. `http://localhost` matches too."""


@dataclass(frozen=True)
class ViewerConfigObservations:
    """The viewer as it is served, and the texts of `app-config.js` that it should serve.

    `addresses` are the IP addresses that this machine's resolver has for the first host names without a dot in the served
    configuration; `more_names` counts the other such names.
    """

    viewer: ServedViewer
    generated: Generated = field(default_factory=Generated)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more_names: int = 0


def look(site: Look) -> ViewerConfigObservations:
    """Request `app-config.js` twice, with and without gzip. A few names in it are resolved; nothing is sent to those hosts."""
    viewer = site.viewer()
    config = viewer_config_served.what_browsers_get(viewer)
    found = _HOST.findall(text_of(config.received)) if config else []
    # A dict, unlike a set, keeps the order, so two runs look up the same names.
    names = [host for host in dict.fromkeys(found) if host != "localhost"]
    # The served text is foreign: a page with thousands of names must not make this tool ask for all of them.
    addresses = side_by_side([partial(site.http.addresses, host) for host in names[:MAX_SHOWN]])
    return ViewerConfigObservations(
        viewer, site.generated, dict(zip(names, addresses, strict=False)), len(names[MAX_SHOWN:])
    )


def judge(answers: Answers, seen: ViewerConfigObservations) -> Sequence[Finding]:
    """One finding for each fault, or one that passes."""
    viewer = seen.viewer
    # Where no configuration is served, or it cannot be seen, the file in the output folder is still worth checking: an edit that
    # broke it shows before it is installed.
    login = front_login(viewer.page)
    if login:
        guarded = behind_login(ID, "", viewer.page, login, where=answers.viewer.url)
        return [*_judge_written(answers, seen.generated), guarded]
    config = viewer_config_served.what_browsers_get(viewer)
    if not is_there(answers, viewer) or config is None:
        nothing = skipped(ID, "", "no viewer to inspect", see=("viewer-served",))
        return _judge_written(answers, seen.generated) or [nothing]
    url = config.sent.url
    login = front_login(config)
    if login:
        return [*_judge_written(answers, seen.generated), behind_login(ID, url, config, login)]
    not_served = viewer_config_served.not_served(answers, config)
    if not_served:
        return [finding_of(ID, url, not_served), *_judge_written(answers, seen.generated)]
    # What browsers get in a coding that this tool cannot undo has no keys to judge.
    coding = unread_coding(config.received)
    if coding:
        return [skipped(ID, url, f"app-config.js comes with Content-Encoding: {coding}, which this tool cannot undo")]
    # A configuration is served. First how it is served, then what is in it.
    text = text_of(config.received)
    own = seen.generated.wanted or seen.generated.written or ""
    google = viewer_config_served.google_config(answers, text, own, config)
    faults = [
        *viewer_config_served.stale_copy(answers, viewer),
        *viewer_config_served.old_brotli_copy(viewer),
        *viewer_config_served.cached_too_long(answers, config, "app-config.js"),
        # A page that browsers keep names the bundles of an old version, and hides the next update as well.
        *viewer_config_served.cached_too_long(answers, viewer.page, "index.html"),
        *google,
        *_names_without_dot(answers, seen, config),
    ]
    # Somebody else's whole configuration has nothing of this site, and needs no judgement key by key.
    if google:
        return [finding_of(ID, url, fault) for fault in faults]
    # A text that no browser can run has no keys to judge, so nothing below is asked of it.
    broken = viewer_config_served.cut_short(answers, text, seen.generated, config) or viewer_config_text.broken(
        answers, text, seen.generated.written
    )
    if broken:
        return [*(finding_of(ID, url, fault) for fault in faults), finding_of(ID, url, broken, evidence(config))]
    return _judge_text(answers, seen, config, [finding_of(ID, url, fault) for fault in faults])


def _judge_text(
    answers: Answers, seen: ViewerConfigObservations, config: Exchange, faults: list[Finding]
) -> list[Finding]:
    """The findings on a text that a browser can run, after those in `faults`; one that passes if there are none at all."""
    text, url = text_of(config.received), config.sent.url
    generated = seen.generated
    same = same_text(text, generated.wanted)
    compared = None if same else _compared(text, answers, seen)
    # OHIF's own file has nothing of this site, so remarks on its keys would only hide that.
    if compared and compared.stock:
        return [*faults, viewer_config_difference.stock(answers, generated, config)]
    remarks = _remarks(text, answers.viewer.url, seen.viewer.html, generated=same)
    # A name that nothing resolves is named as that.
    unknown = {name for name, addresses in seen.addresses.items() if not addresses}
    differences = [one for one in compared.differences if parts_of(one.served).host not in unknown] if compared else []
    found = list(faults)
    for remark in remarks[:MAX_SHOWN]:
        # A remark tells why a value is wrong, so it speaks for a difference of the same key.
        own = [one for one in differences if one.path == remark.path and remark.level == "error"]
        differences = [one for one in differences if one not in own]
        one = _remark_finding(answers, remark, config, own, generated)
        if remark.id in viewer_config_text.READABLE_BY_BROWSERS:
            one = replace(one, unseen="its configuration: this tool cannot read it")
        found.append(one)
    if len(remarks) > MAX_SHOWN:
        found.append(_more_remarks(answers, url, remarks[MAX_SHOWN:]))
    if differences:
        found.append(viewer_config_difference.finding(answers, differences, generated, text, config))
    # A broken file in the output folder explains why another one is served, and installing it would break the viewer. It is only a
    # warning, because what is served works.
    if not same and not same_text(text, generated.written):
        found += _judge_written(answers, generated, severity="warn")
    if compared and not any(one.status == "fail" for one in found):
        found += viewer_config_difference.other_keys(answers, compared, generated, text, config)
    if found:
        return found
    note, unseen = "as generated", ""
    if not same:
        note, unseen = viewer_config_difference.said_of_the_rest(compared, generated)
    return [Finding(ID, url, "pass", f"app-config.js, {note}", evidence=evidence(config), unseen=unseen)]


def _compared(text: str, answers: Answers, seen: ViewerConfigObservations) -> Comparison | None:
    """None where one of the two cannot be read."""
    if seen.generated.wanted is None:
        return None
    try:
        served, wanted = read_config(text), read_config(seen.generated.wanted)
    except UnreadableError:
        return None
    return compare(served, wanted, answers.viewer.url, build.base_of(seen.viewer.html) or "/")


def _judge_written(answers: Answers, generated: Generated, severity: Severity = "fail") -> list[Finding]:
    """One finding if OHIF would not start with the file in the output folder, otherwise none."""
    broken = viewer_config_text.broken_generated(answers, generated.written)
    file = f"{answers.output.directory}/app-config.js"
    if broken is None:
        return []
    return [finding_of(ID, file, replace(broken, severity=severity))]


def _remarks(text: str, served_from: str, page: str, *, generated: bool) -> list[Remark]:
    """What is wrong in the text, by the rules of `config_js.lint`. `page` is the HTML that loads it."""
    try:
        config = read_config(text)
    except UnreadableError as error:
        # Browsers can run more than this tool can read, so this proves nothing about the viewer.
        what = str(error)
        return [
            Remark(
                error.id,
                "warning",
                "",
                error.line,
                f"This tool cannot read it: {what}",
                "Open the viewer and see whether it starts",
            )
        ]
    # A warning means that something may be wrong. This tool wrote the generated file itself, and knows that it is not.
    left_out = {"note"}
    if generated:
        left_out.add("warning")
    found = [remark for remark in lint(config, served_from=served_from) if remark.level not in left_out]
    # Without routerBasename OHIF takes the path of the build, which viewer-served compares.
    return [remark for remark in found if remark.id != "basename-unset" or build.base_of(page) != "/"]


def _remark_finding(
    answers: Answers, remark: Remark, exchange: Exchange, differences: Sequence[Difference], generated: Generated
) -> Finding:
    """`differences` are those of the same key."""
    status: Severity = "fail" if remark.level == "error" else "warn"
    where, shown = f"line {remark.line}", evidence(exchange) | {"rule": remark.id}
    if remark.path:
        where += f", {remark.path}"
    cause, fixes = remark.wrong, (Fix("Configuration", remark.do), *viewer_config_text.by_hand(answers))
    if differences:
        cause += f" {viewer_config_difference.sentence(differences)}"
        fixes = viewer_config_difference.fixes(answers, differences, generated, may_be_right=False)
        shown |= viewer_config_difference.as_evidence(differences)
    fault = Fault(remark.fm, f"{where}: {short(remark.wrong, 300)}", _symptom(remark, status), cause, fixes, status)
    return finding_of(ID, remark.path or exchange.sent.url, fault, shown)


def _symptom(remark: Remark, status: Severity) -> str:
    if remark.id == "does-not-start" and "a blank page" in remark.wrong:
        return "a blank page"
    if status == "fail":
        return "the viewer does not start, or does not show what it should"
    return "perhaps none"


def _more_remarks(answers: Answers, url: str, remarks: Sequence[Remark]) -> Finding:
    """One finding for the remarks that are not shown one by one."""
    status: Severity = "fail" if any(remark.level == "error" for remark in remarks) else "warn"
    places = ", ".join(f"line {remark.line} ({remark.id})" for remark in remarks[:20])
    return finding_of(
        ID,
        url,
        Fault(
            "",
            f"{len(remarks)} more remarks on the configuration",
            "as above",
            f"They concern {places}.",
            (Fix("Configuration", "correct those above first"), *viewer_config_text.by_hand(answers)),
            status,
        ),
    )


def _names_without_dot(answers: Answers, seen: ViewerConfigObservations, exchange: Exchange) -> list[Fault]:
    """Hosts without a dot, as Docker and Compose name containers: browsers cannot resolve them."""
    faults: list[Fault] = []
    for name, addresses in seen.addresses.items():
        title = f"the configuration names the host {short(name, 60)}"
        # A name that resolves here may be one of the local network, with a search domain, which browsers there know too.
        if addresses:
            scope = "only, or to this network: this machine resolves it."
            faults.append(_name_without_dot(answers, title, scope, "warn", exchange))
        else:
            scope = "only; this machine does not resolve it either."
            faults.append(_name_without_dot(answers, title, scope, "fail", exchange))
    if seen.more_names:
        title = f"the configuration names {seen.more_names} more hosts without a dot"
        scope = "only, or to this network: these were not looked up."
        faults.append(_name_without_dot(answers, title, scope, "warn", exchange))
    return faults


def _name_without_dot(answers: Answers, title: str, scope: str, status: Severity, exchange: Exchange) -> Fault:
    """`scope` ends the sentence about which machines know such a name."""
    own = reach.own_servers(answers)
    if own and web_server_of(own[0]) and reach.same_origin(own[0]):
        # The generated roots are paths without any host, so another configuration is served.
        address = viewer_steps.install(answers)
    else:
        same_origin = next(name for name, route in ROUTES.items() if route.web_server and route.same_origin)
        text = f"use the public address; on the route {same_origin} the roots are paths and need no host name"
        address = Fix("Answers", text)
    return Fault(
        "FM21",
        title,
        "the browser says ERR_NAME_NOT_RESOLVED, and the study list stays empty",
        f"A name without a dot is known to other containers {scope} The configuration is read by browsers, on the machines of "
        "the people who view.",
        (address,),
        status,
        evidence(exchange),
    )


CHECK = Check(
    ID,
    14,
    "Is the configuration the generated one, and valid?",
    look,
    judge,
    needs=("viewer-served",),
    proves="its configuration",
)
