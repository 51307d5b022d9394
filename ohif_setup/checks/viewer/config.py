"""Is the configuration that browsers load the one that was generated, and would OHIF work with it?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer import config_served as viewer_config_served
from ohif_setup.checks.viewer import config_text as viewer_config_text
from ohif_setup.checks.viewer import steps as viewer_steps
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
MOST = 6
"""Remarks on the text, and host names without a dot, that are looked at one by one."""

_HOST = re.compile(r"""["'`]https?://([A-Za-z0-9_-]+)(?::\d+)?(?=[/"'`])""")


@dataclass(frozen=True)
class ViewerConfigObservations:
    """The viewer as it is served, the file in the output folder (None where this machine has none), what this machine's resolver
    says of the first host names without a dot in the served configuration, and how many more there are."""

    viewer: ServedViewer
    generated: str | None = None
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more_names: int = 0


def look(site: Look) -> ViewerConfigObservations:
    """`app-config.js` twice, with and without gzip; a few names in it are looked up, and nothing is asked of those hosts."""
    viewer = site.viewer()
    found = _HOST.findall(text_of(viewer.config.received)) if viewer.config else []
    names = [host for host in dict.fromkeys(found) if host != "localhost"]
    addresses = side_by_side([partial(site.http.addresses, host) for host in names[:MOST]])
    return ViewerConfigObservations(
        viewer, site.generated, dict(zip(names, addresses, strict=False)), len(names[MOST:])
    )


def judge(answers: Answers, seen: ViewerConfigObservations) -> Sequence[Finding]:
    """One finding for each fault, or one that passes."""
    viewer = seen.viewer
    login = front_login(viewer.page)
    if login:
        guarded = behind_login(ID, "", viewer.page, login, where=answers.viewer.url)
        return [*_of_generated(answers, seen.generated), guarded]
    if not is_there(answers, viewer) or viewer.config is None:
        nothing = skipped(ID, "", "no viewer to look at", see=("viewer-served",))
        return _of_generated(answers, seen.generated) or [nothing]
    url = viewer.config.sent.url
    login = front_login(viewer.config)
    if login:
        return [*_of_generated(answers, seen.generated), behind_login(ID, url, viewer.config, login)]
    absent = viewer_config_served.absent(answers, viewer.config)
    if absent:
        return [finding_of(ID, url, absent), *_of_generated(answers, seen.generated)]
    text = text_of(viewer.config.received)
    faults = [
        *viewer_config_served.stale(answers, viewer),
        *viewer_config_served.kept(answers, viewer.config, "app-config.js"),
        *viewer_config_served.kept(answers, viewer.page, "index.html"),
        *viewer_config_served.googles(answers, text, seen.generated or "", viewer.config),
        *_inner_names(answers, seen, viewer.config),
    ]
    broken = viewer_config_text.broken(answers, text, seen.generated)
    if broken:
        return [
            *(finding_of(ID, url, fault) for fault in faults),
            finding_of(ID, url, broken, evidence(viewer.config)),
        ]
    return _of_text(answers, seen, viewer.config, [finding_of(ID, url, fault) for fault in faults])


def _of_text(
    answers: Answers, seen: ViewerConfigObservations, config: Exchange, faults: list[Finding]
) -> list[Finding]:
    """The faults, and what is to be said of a text that a browser can run; what passes where there is nothing."""
    text, url = text_of(config.received), config.sent.url
    same = seen.generated is not None and _plain(text) == _plain(seen.generated)
    remarks = _remarks(text, answers.viewer.url, seen.viewer.html, generated=same)
    found = [*faults, *(_of_remark(answers, remark, config) for remark in remarks[:MOST])]
    if len(remarks) > MOST:
        found.append(_more(answers, url, remarks[MOST:]))
    if seen.generated is not None and not same:
        found += _of_generated(answers, seen.generated, severity="warn") or [_differs(answers, config)]
    if found:
        return found
    note = "as generated" if same else "not compared: no generated file can be read on this machine"
    return [Finding(ID, url, "pass", f"app-config.js, {note}", evidence=evidence(config))]


def _of_generated(answers: Answers, generated: str | None, severity: Severity = "fail") -> list[Finding]:
    """One finding where OHIF would not start with the file in the output folder; none else."""
    broken = viewer_config_text.broken_generated(answers, generated)
    file = f"{answers.output.directory}/app-config.js"
    if broken is None:
        return []
    return [finding_of(ID, file, replace(broken, severity=severity))]


def _plain(text: str) -> str:
    """Without what copying may change: line ends, a mark at the beginning, blank lines at the end."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()


def _remarks(text: str, served_from: str, page: str, *, generated: bool) -> list[Remark]:
    """What is known to be wrong in the text. What only might be wrong is left out of a file that this tool wrote."""
    try:
        config = read_config(text)
    except UnreadableError as error:
        what = str(error)
        return [
            Remark(
                error.id,
                "warning",
                "",
                error.line,
                f"It cannot be read here: {what}",
                "Open the viewer, and see whether it starts",
            )
        ]
    left_out = {"note"}
    if generated:
        left_out.add("warning")
    found = [remark for remark in lint(config, served_from=served_from) if remark.level not in left_out]
    # Without routerBasename OHIF takes the path of the build, which viewer-served compares.
    return [remark for remark in found if remark.id != "basename-unset" or build.base_of(page) != "/"]


def _of_remark(answers: Answers, remark: Remark, exchange: Exchange) -> Finding:
    status: Severity = "fail" if remark.level == "error" else "warn"
    where, shown = f"line {remark.line}", evidence(exchange) | {"rule": remark.id}
    if remark.path:
        where += f", {remark.path}"
    return finding_of(
        ID,
        remark.path or exchange.sent.url,
        Fault(
            remark.fm,
            f"{where}: {short(remark.wrong, 300)}",
            _symptom(remark, status),
            remark.wrong,
            (Fix("Configuration", remark.do), *viewer_config_text.by_hand(answers)),
            status,
        ),
        shown,
    )


def _symptom(remark: Remark, status: Severity) -> str:
    if remark.id == "does-not-start" and "a blank page" in remark.wrong:
        return "a blank page"
    if status == "fail":
        return "the viewer does not start, or does not show what it should"
    return "perhaps none"


def _more(answers: Answers, url: str, left: Sequence[Remark]) -> Finding:
    status: Severity = "fail" if any(remark.level == "error" for remark in left) else "warn"
    places = ", ".join(f"line {remark.line} ({remark.id})" for remark in left[:20])
    return finding_of(
        ID,
        url,
        Fault(
            "",
            f"{len(left)} more remarks on the configuration",
            "as above",
            f"They concern {places}.",
            (Fix("Configuration", "mend those above first"), *viewer_config_text.by_hand(answers)),
            status,
        ),
    )


def _inner_names(answers: Answers, seen: ViewerConfigObservations, exchange: Exchange) -> list[Fault]:
    """Hosts without a dot, as Docker and Compose name containers. Where this machine knows one, it may be a name of the network."""
    faults: list[Fault] = []
    for name, addresses in seen.addresses.items():
        title = f"the configuration names the host {short(name, 60)}"
        if addresses:
            known = ", or to this network: this machine resolves it."
            faults.append(_inner_name(answers, title, known, "warn", exchange))
        else:
            unknown = "; this machine does not resolve it either."
            faults.append(_inner_name(answers, title, unknown, "fail", exchange))
    if seen.more_names:
        title = f"the configuration names {seen.more_names} more hosts without a dot"
        faults.append(_inner_name(answers, title, ", or to this network: these were not looked up.", "warn", exchange))
    return faults


def _inner_name(answers: Answers, title: str, whom: str, status: Severity, exchange: Exchange) -> Fault:
    """`whom` goes on from whom such a name is known to."""
    own = reach.own_servers(answers)
    if own and web_server_of(own[0]) and reach.same_origin(own[0]):
        # The answers lead to paths, so another configuration is served.
        address = viewer_steps.install(answers)
    else:
        usual = next(name for name, route in ROUTES.items() if route.web_server and route.same_origin)
        text = f"give the public address; with the route {usual} the roots are paths and need no name at all"
        address = Fix("Answers", text)
    return Fault(
        "FM21",
        title,
        "the browser says ERR_NAME_NOT_RESOLVED, and the study list stays empty",
        f"A name without a dot is known to other containers only{whom} The configuration is read by browsers, on the machines of "
        "those who view.",
        (address,),
        status,
        evidence(exchange),
    )


def _differs(answers: Answers, exchange: Exchange) -> Finding:
    folder = answers.viewer.folder
    return finding_of(
        ID,
        exchange.sent.url,
        Fault(
            "FM64",
            "the served configuration is not the generated one",
            "changes of the answers do not show in the viewer",
            f"It differs from {answers.output.directory}/app-config.js: an older copy, another folder, or one that was "
            "edited there.",
            (
                viewer_steps.install(answers),
                Fix("Or", f"copy {answers.output.directory}/app-config.js to {folder or 'the folder that is served'}"),
                Fix(
                    "Container",
                    "a mounted file needs a restart, at /usr/share/nginx/html/app-config.js in the image ohif/app",
                ),
            ),
            "warn",
        ),
        evidence(exchange),
    )


CHECK = Check(ID, 14, "Is the configuration the generated one, and good?", look, judge, needs=("viewer-served",))
