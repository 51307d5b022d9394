"""Does a DICOMweb server that wants no token answer where browsers ask, and if not, is it the web server in between or itself?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.archive_there import unlisted
from ohif_setup.checks.dicomweb.other_form import instead_of_list
from ohif_setup.checks.dicomweb.reachable_elsewhere import leads_elsewhere
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn, hangs, place_of, recognised, silent_itself, unexplained
from ohif_setup.checks.dicomweb.reachable_host import is_list, wants_its_own_name
from ohif_setup.checks.dicomweb.reachable_login import Login, no_login_across, refused
from ohif_setup.checks.dicomweb.server_fault import LIST_EMPTY, name_of, passed, skipped
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.speakers import fault_spoken_by
from ohif_setup.checks.trouble_words import from_speaker, from_status, from_trouble, is_plain_to_tls, named_by_tls
from ohif_setup.kinds import own_of
from ohif_setup.network.look.recognise import is_dicomweb_list
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.webservers import front_of

ID = "dicomweb-reachable"


@dataclass(frozen=True)
class ServerContext:
    """What the answers say beside the server: who logs in, whether the server shares the viewer's origin, the aspect that the
    report shows, and the name that the web server asks the server by (empty for that of the browser)."""

    login: Login
    same_origin: bool
    aspect: str = ""
    asked_as: str = ""


def judge_own(server: Server, site: ServerContext, seen: SeenOwn) -> Finding:
    """The first thing that keeps the study list from coming, or that nothing does."""
    public, aspect = seen.public, site.aspect
    asks = public.status == 401 or bool(seen.login)
    across = asks and not site.same_origin and not site.login.by_viewer
    # A web server of the site can add the server's own login; what stands in front wants one of the browser.
    if across and (seen.login or front_of(server) is None):
        met = seen.login or front_login(public)
        return finding_of(ID, server.url, no_login_across(server, seen.root, met, public.status), _shown(seen), aspect)
    if seen.login:
        return behind_login(ID, server.url, public, seen.login, where=seen.root, aspect=aspect)
    if named_by_tls(public, seen.certificates):
        return skipped(ID, server, "no secure connection", aspect, see=("tls",))
    if public.received is None:
        return _silent(server, site, seen)
    received = public.received
    if is_plain_to_tls(received) and site.same_origin:
        return skipped(ID, server, "http was sent to an https port", aspect, see=("viewer-served",))
    not_asked = _not_asked(server, site, seen)
    if not_asked:
        return not_asked.aspect_of(aspect)
    if received.status in (401, 403):
        refusal = refused(server, site.login, seen.itself, public)
        if refusal:
            return finding_of(ID, server.url, refusal, _shown(seen), aspect)
        title = f"401 without a token, {_time(received)}; only the viewer in a browser proves that its token is taken"
        unseen = "the study list: the server requires the viewer's sign-in"
        return passed(ID, server, title, _shown(seen), aspect, unseen=unseen)
    if received.status == 204 or is_dicomweb_list(received):
        elsewhere = leads_elsewhere(server, seen, by_proxy=site.login.by_proxy)
        if elsewhere:
            return finding_of(ID, server.url, elsewhere, _shown(seen), aspect)
        fault = unlisted(seen.archive) if seen.archive else None
        if fault:
            return finding_of(ID, server.url, fault[0], evidence(fault[1]), aspect)
        return _works(server, seen, received, aspect)
    # A list of datasets is the server's own, whatever is missing in it.
    known = instead_of_list(server, received, itself=seen.itself) or recognised(server, seen, received)
    if known:
        return finding_of(ID, server.url, known, _shown(seen), aspect)
    return (_odd(server, seen) or _other(server, public, received)).aspect_of(aspect)


def _odd(server: Server, seen: SeenOwn) -> Finding | None:
    """The finding for a page, a redirect, or a server in trouble."""
    odd = from_status(ID, server.url, seen.public, LIST_EMPTY)
    if odd and seen.followed and is_list(seen.followed):
        return replace(odd, status="warn", symptom="none; each request of the viewer takes two")
    return odd


def _not_asked(server: Server, site: ServerContext, seen: SeenOwn) -> Finding | None:
    """The finding for an answer that is not that of the server: something on the way wrote it, or another site of its host."""
    own_name = wants_its_own_name(server, seen, asked_as=site.asked_as)
    if own_name:
        return finding_of(ID, server.url, own_name, _shown(seen))
    found, spoken = from_speaker(ID, server.url, seen.public, LIST_EMPTY), fault_spoken_by(seen.public)
    if found and spoken and spoken.saying.no_file:
        # A bucket holds the viewer; a search is no file that could be missing there.
        path, name = parts_of(seen.root).path, spoken.speaker.name
        cause = f"{name} holds files and answers no search: nothing in front of it sends {path} to {name_of(server)}."
        fix = Fix(name, f"a behavior or route for {path}/* that leads to {name_of(server)}")
        return replace(found, cause=cause, fix=(fix,))
    return found


def _silent(server: Server, site: ServerContext, seen: SeenOwn) -> Finding:
    if server.url != seen.root and site.same_origin and seen.page.received is None:
        note = _own_trouble(seen)
        if seen.itself:
            note = f"; {name_of(server)} itself answers at {place_of(server.url)}"
        return skipped(ID, server, "the web server does not answer", site.aspect, see=("viewer-served",), note=note)
    failed = from_trouble(ID, server.url, seen.public, LIST_EMPTY)
    host = parts_of(seen.root).host
    kind = seen.public.trouble.kind if seen.public.trouble else ""
    if kind == "dns" and "." not in host:
        cause = f"Browsers are sent to {host}: a name without a dot, as containers have among themselves. Nobody else knows it."
        change = web_server.then_regenerate(server, viewer=True)
        address = Fix("Answers", f"proxy.url is the address at which browsers reach the web server; {change}")
        fault = Fault("FM21", failed.title, "the browser says ERR_NAME_NOT_RESOLVED", cause, (address,))
        return finding_of(ID, server.url, fault, failed.evidence, site.aspect)
    if kind == "timeout" and hangs(seen):
        title = f"{name_of(server)} itself is silent: no answer in time"
        return finding_of(
            ID,
            server.url,
            silent_itself(server, seen, title, "the list stays empty for minutes"),
            failed.evidence,
            site.aspect,
        )
    cause, fixes = failed.cause, list(failed.fix)
    if seen.itself:
        cause += f" ({name_of(server)} itself answers at {place_of(server.url)}.)"
    if server.url != seen.root:
        fixes.append(web_server.regenerate(server))
        if kind == "refused":
            fixes.insert(0, web_server.is_it_running(server))
    fault = Fault("", failed.title, LIST_EMPTY, cause, tuple(fixes))
    return finding_of(ID, server.url, fault, failed.evidence, site.aspect)


def _own_trouble(seen: SeenOwn) -> str:
    """What this machine sees of a server that does not answer, which may well be this machine's own fault."""
    if seen.direct is None or seen.direct.exchange.trouble is None:
        return ""
    return f"; from here nothing answers at {place_of(seen.direct.url)} either ({seen.direct.exchange.trouble.kind})"


def _works(server: Server, seen: SeenOwn, received: Received, aspect: str) -> Finding:
    where = f"{parts_of(seen.root).path}/studies"
    if received.status != 204 and received.json():
        return passed(ID, server, f"200 from {where}, {_time(received)}", _shown(seen), aspect)
    fault = Fault(
        "FM36",
        f"connected, nothing found ({received.status} from {where}, {_time(received)})",
        "the study list is empty, without any error",
        "The search is answered; the archive holds no study.",
        (Fix("Images", _how_to_store(server)),),
        "warn",
    )
    return finding_of(ID, server.url, fault, _shown(seen), aspect)


def _how_to_store(server: Server) -> str:
    viewer = "turn uploads on (server.uploads = true)"
    if server.uploads:
        viewer = "upload some in the viewer"
    return f"{own_of(server).store(server)}, or {viewer}"


def _other(server: Server, public: Exchange, received: Received) -> Finding:
    title, cause = unexplained(received)
    return finding_of(
        ID,
        server.url,
        Fault(
            "",
            title,
            LIST_EMPTY,
            cause,
            (Fix("Answers", "is server.url the root of DICOMweb? Orthanc's ends in /dicom-web, dcm4chee's in /rs"),),
        ),
        evidence(public),
    )


def _shown(seen: SeenOwn) -> dict[str, object]:
    shown = evidence(seen.public)
    if seen.direct:
        direct = seen.direct
        shown["server_itself"] = {"url": direct.url, "answers": direct.proven, "status": direct.exchange.status}
    if seen.missing:
        shown["other_study"] = {"unknown_to": seen.missing.side, "study": seen.missing.uid}
    return shown


def _time(received: Received) -> str:
    return f"{received.seconds * 1000:.0f} ms"
