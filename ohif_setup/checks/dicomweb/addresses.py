"""Do the addresses in the server's answers (RetrieveURL 00081190, BulkDataURI) lead browsers back to the root they asked?

A DICOMweb server behind a web server builds these addresses from what it believes its own host to be. A wrong one is invisible with
CT, MR and ultrasound, because OHIF builds their addresses from the configured root; it breaks whatever needs bulk data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import Parts, parts_of, resolve
from ohif_setup.browser.origin import has_origin, is_same_origin
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.archive_there import finding_without_samples
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_at_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, name_of, passed, skipped
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import own_of
from ohif_setup.kinds.own import OwnAddress
from ohif_setup.network.look.archive import RETRIEVE_URL, Archive, first_value
from ohif_setup.network.look.find import Found
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.routes import reach
from ohif_setup.webservers import front_of

ID = "dicomweb-addresses"
SYMPTOM = (
    "CT and MR images display; PDF documents stay blank and palette colour is black, often with nothing in the console"
)


@dataclass(frozen=True)
class ServerAddresses:
    """The archive of one server as browsers see it, what answers at the server's own address, and the login in front."""

    archive: Archive
    direct: Found | None
    login: str = ""


@dataclass(frozen=True)
class AddressObservations:
    """One entry for each server that requires no access token, in the order of the answers."""

    servers: tuple[ServerAddresses | LookCrash, ...]


@dataclass(frozen=True)
class WrittenAddress:
    """An absolute address that the server wrote, the attribute it came from, and the root that it should begin with."""

    tag: str
    address: str
    root: str

    @property
    def is_right(self) -> bool:
        """Whether a browser that follows the address stays below the root that it asked."""
        return self.address == self.root or self.address.startswith(f"{self.root}/")


def look(site: Look) -> AddressObservations:
    """Request a list of studies and the metadata of a few instances."""
    return AddressObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: AddressObservations) -> Sequence[Finding]:
    """One finding for each server that requires no access token."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _judge_server)


def _look_at(site: Look, server: Server) -> ServerAddresses:
    return ServerAddresses(site.archive(server), site.direct(server), site.login_before(server))


def _judge_server(answers: Answers, server: Server, seen: ServerAddresses) -> list[Finding]:
    aspect = aspect_of(answers, server)
    without_samples = finding_without_samples(ID, answers, server, seen.archive, seen.login)
    if without_samples:
        return [without_samples]
    found = _written_addresses(seen.archive)
    if not found:
        reason = "the server's answers contain no addresses (no 00081190 and no BulkDataURI)"
        return [skipped(ID, server, reason, aspect)]
    # One wrong address is enough: the server builds all of them in the same way, so the cause is the same for all.
    wrong = next((address for address in found if not address.is_right), None)
    if wrong is None:
        title = f"all begin with {seen.archive.root}"
        # 00081190 alone proves less: the finding says that no BulkDataURI was compared.
        if all(address.tag != "BulkDataURI" for address in found):
            title += "; the first studies have no bulk data"
        return [passed(ID, server, title, evidence(seen.archive.search), aspect)]
    exchange = seen.archive.search
    shown = evidence(exchange) | {"tag": wrong.tag, "address": short(wrong.address), "expected": seen.archive.root}
    return [finding_of(ID, server.url, _fault(answers, server, wrong, _hard_coded_origin(seen.direct)), shown, aspect)]


def _written_addresses(archive: Archive) -> list[WrittenAddress]:
    """The addresses in the study list and in the samples' metadata, made absolute as a browser would make them."""
    asked = archive.search.sent.url
    listed = [first_value(study, RETRIEVE_URL) for study in archive.studies]
    found = [WrittenAddress("00081190", resolve(asked, url), archive.root) for url in listed if url]
    found += [WrittenAddress("BulkDataURI", url, archive.root) for sample in archive.samples for url in sample.bulk]
    # An address without a host says nothing. One with a host that browsers refuse, such as one in quotes, is a fault to report.
    return [written for written in found if parts_of(written.address).netloc != ""]


def _hard_coded_origin(direct: Found | None) -> str:
    """The foreign origin that the server writes even when it is asked directly; empty if it writes its own.

    Debian's package of Orthanc ships `"Host": "localhost"`, so every address begins with `http://localhost`, without a port.
    """
    if direct is None or not direct.proven:
        return ""
    exchange: Exchange = direct.exchange
    for dataset in Archive(direct.url, exchange).studies:
        address = first_value(dataset, RETRIEVE_URL)
        # No web server was in between, so only the server's own configuration can have put another origin there.
        if has_origin(address) and not is_same_origin(address, direct.url):
            return _origin(address)
    return ""


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _fault(answers: Answers, server: Server, wrong: WrittenAddress, hard_coded: str) -> Fault:
    """The fault named by the first part that differs: a hard-coded host, quotes, host or port, scheme, path.

    The order matters: each branch may assume that the parts before it are right.
    """
    written, expected = parts_of(wrong.address), parts_of(wrong.root)
    title = f"{wrong.tag} points to {short(_origin(wrong.address), 80)}, not to {_origin(wrong.root)}"
    symptom = SYMPTOM
    before, name = web_server.name_of(server), name_of(server)
    # First, because the other causes blame the web server, and no header that it sends can change a hard-coded host.
    if hard_coded and wrong.address.startswith(hard_coded):
        cause, fix = _hard_coded(server, hard_coded, wrong.root)
    elif '"' in written.netloc or "%22" in written.netloc:
        # RFC 7239 wants these quotes around a host with a port, but Orthanc copies them into its addresses.
        cause = f"{before} sends Forwarded with quotes around the host, and {name} copies them into its addresses."
        fix = _forwarded_header(answers, server)
    elif written.netloc != expected.netloc:
        cause = _wrong_host(server, written, expected)
        fix = (
            *_forwarded_header(answers, server),
            *_server_setting(server, wrong.root, lambda own: own.host(written.host)),
        )
    elif written.scheme != expected.scheme:
        reason = f"{before} sends no proto in Forwarded{_or_ignored(server)}"
        if expected.scheme == "http":
            reason = f"{before} says https in Forwarded or X-Forwarded-Proto, or {name} is configured for https"
        cause = f"The browser uses {expected.scheme}, and {name} does not know that: {reason}."
        # A browser blocks an http address in an https page; the other way round it is only a different origin.
        if expected.scheme == "https":
            symptom += "; the console says Mixed Content"
        fix = (*_forwarded_header(answers, server), *_server_setting(server, wrong.root, lambda own: own.secure))
    else:
        # The origin is right, so the path is wrong: the address ends at the viewer's fallback page, without a console error.
        title = f"{wrong.tag} points to {short(written.path, 60)}, not below {expected.path}"
        if front_of(server) is None:
            before = "Something in front of it, such as a gateway,"
        cause = f"{before} rewrites the path, and {name} does not know the path that the browser used."
        same = Fix("Best", "use the same path outside and inside: proxy_pass or ProxyPass that does not rewrite it")
        fix = (same, *_server_setting(server, wrong.root, lambda own: own.path(expected.path)))
    return Fault("FM25", title, symptom, cause, fix)


def _hard_coded(server: Server, origin: str, root: str) -> tuple[str, tuple[Fix, ...]]:
    """Cause and fixes where the server writes the same origin for every caller."""
    cause = f"{name_of(server).capitalize()}'s configuration hard-codes its host ({origin}), whatever the request says."
    own = own_of(server).address
    if own:
        cause += own.fixed(origin)[0]
    return cause, _server_setting(server, root, lambda own: own.fixed(origin)[1])


def _wrong_host(server: Server, written: Parts, expected: Parts) -> str:
    """The cause of a wrong host or port."""
    before, name, behind = web_server.name_of(server), name_of(server), parts_of(server.url).netloc
    # nginx sends the host of proxy_pass by default, and so does Apache without ProxyPreserveHost.
    if written.netloc == behind:
        said = f"{before} calls {name} {behind} and does not say which host the browser used"
        return f"{said}{_or_ignored(server)}."
    # nginx's $host has no port; $http_host is what the browser sent.
    if written.host == expected.host:
        return f"{before} passes the host on without its port."
    itself = short(written.netloc, 60)
    return f"{name.capitalize()} believes that its host is {itself}: {before} calls it that, or its configuration does."


def _or_ignored(server: Server) -> str:
    """The second possible cause for a server that is not known to read Forwarded."""
    if own_of(server).reads_forwarded:
        return ""
    return ", or the server ignores Forwarded"


def _server_setting(server: Server, root: str, setting: Callable[[OwnAddress], tuple[Fix, ...]]) -> tuple[Fix, ...]:
    """What to set in the server itself; only the purpose of the setting for a kind whose settings are not known."""
    own = own_of(server).address
    if own:
        return setting(own)
    return (Fix("Server", f"set the address at which browsers reach it: {root}"),)


def _forwarded_header(answers: Answers, server: Server) -> tuple[Fix, ...]:
    """The web server's line for all such headers: some servers read Forwarded, others X-Forwarded-*."""
    return web_server.fixes(server, lambda lines: lines.forwarded(defaults.is_asked_by_name(answers, server)))


CHECK = Check(
    ID,
    72,
    "Do the addresses in the server's answers lead back to it?",
    look,
    judge,
    needs=("dicomweb-reachable",),
)
