"""Do the addresses in the server's answers (00081190, BulkDataURI) lead browsers back to where they asked?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import Parts, parts_of, resolve
from ohif_setup.browser.origin import has_origin, is_same_origin
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.archive_there import unseen
from ohif_setup.checks.dicomweb.each_server import Broken, judge_each, look_at_each
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

ID = "dicomweb-addresses"
SYMPTOM = "CT and MR draw; PDF documents stay blank and palette colour is black, often without a word in the console"


@dataclass(frozen=True)
class ServerAddresses:
    """What one server holds as browsers see it, what is at its own address, and the login in front."""

    archive: Archive
    direct: Found | None
    login: str = ""


@dataclass(frozen=True)
class AddressObservations:
    """One for each server that wants no token of its own."""

    servers: tuple[ServerAddresses | Broken, ...]


@dataclass(frozen=True)
class Written:
    """An address that the server wrote, and the one that it should have written."""

    tag: str
    address: str
    root: str

    @property
    def is_right(self) -> bool:
        """Whether a browser that follows it stays below the root at which it asked."""
        return self.address == self.root or self.address.startswith(f"{self.root}/")


def look(site: Look) -> AddressObservations:
    """A list of studies, and the metadata of a few instances."""
    return AddressObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: AddressObservations) -> Sequence[Finding]:
    """One finding for each server that wants no token of its own."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _of_server)


def _look_at(site: Look, server: Server) -> ServerAddresses:
    return ServerAddresses(site.archive(server), site.direct(server), site.login_before(server))


def _of_server(answers: Answers, server: Server, seen: ServerAddresses) -> list[Finding]:
    aspect = aspect_of(answers, server)
    nothing = unseen(ID, answers, server, seen.archive, seen.login)
    if nothing:
        return [nothing]
    found = _written(seen.archive)
    if not found:
        none = "the answers hold no addresses (no 00081190, and nothing that is bulk data)"
        return [skipped(ID, server, none, aspect)]
    wrong = next((address for address in found if not address.is_right), None)
    if wrong is None:
        title = f"they lead to {seen.archive.root}"
        if all(address.tag != "BulkDataURI" for address in found):
            title += "; nothing in the first studies is bulk data"
        return [passed(ID, server, title, evidence(seen.archive.search), aspect)]
    exchange = seen.archive.search
    shown = evidence(exchange) | {"tag": wrong.tag, "address": short(wrong.address), "expected": seen.archive.root}
    return [finding_of(ID, server.url, _fault(server, wrong, _own_origin(seen.direct)), shown, aspect)]


def _written(archive: Archive) -> list[Written]:
    """The addresses of the list and of the samples, made absolute as a browser would."""
    asked = archive.search.sent.url
    listed = [first_value(study, RETRIEVE_URL) for study in archive.studies]
    found = [Written("00081190", resolve(asked, url), archive.root) for url in listed if url]
    found += [Written("BulkDataURI", url, archive.root) for sample in archive.samples for url in sample.bulk]
    return [written for written in found if _is_whole(written.address)]


def _is_whole(address: str) -> bool:
    """Whether it has a host at all. One with quotes in it is no host for browsers, and a fault to be named."""
    return parts_of(address).netloc != ""


def _own_origin(direct: Found | None) -> str:
    """What the server writes when nobody stands between: `http://localhost` where its configuration fixes it."""
    if direct is None or not direct.proven:
        return ""
    exchange: Exchange = direct.exchange
    for dataset in Archive(direct.url, exchange).studies:
        address = first_value(dataset, RETRIEVE_URL)
        if has_origin(address) and not is_same_origin(address, direct.url):
            return _origin(address)
    return ""


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _fault(server: Server, wrong: Written, fixed: str) -> Fault:
    """By what differs: the host that the server's own configuration fixes, scheme, host, port or path."""
    there, here = parts_of(wrong.address), parts_of(wrong.root)
    title = f"{wrong.tag} leads to {short(_origin(wrong.address), 80)}, not to {_origin(wrong.root)}"
    symptom = SYMPTOM
    before, name = web_server.name_of(server), name_of(server)
    if fixed and wrong.address.startswith(fixed):
        cause, fix = _fixed(server, fixed, wrong.root)
    elif '"' in there.netloc or "%22" in there.netloc:
        # The quotes are right by RFC 7239, but Orthanc, for one, copies them into its addresses.
        cause = f"{before} sends Forwarded with quotes around the host, and {name} takes them along."
        fix = _forward(server)
    elif there.netloc != here.netloc:
        cause = _of_host(server, there, here)
        fix = (*_forward(server), *_own_setting(server, wrong.root, lambda own: own.host(there.host)))
    elif there.scheme != here.scheme:
        untold = f"{before} sends no proto in Forwarded{_or_deaf(server)}"
        cause = f"The browser asks by {here.scheme}, and {name} is not told: {untold}."
        if here.scheme == "https":
            symptom += "; the console says Mixed Content"
        fix = (*_forward(server), *_own_setting(server, wrong.root, lambda own: own.secure))
    else:
        title = f"{wrong.tag} leads to {short(there.path, 60)}, not below {here.path}"
        cause = f"{before} changes the path on the way, and {name} does not know the one in front."
        same = Fix("Best", "the same path outside and inside: proxy_pass or ProxyPass without a change of it")
        fix = (same, *_own_setting(server, wrong.root, lambda own: own.path(here.path)))
    return Fault("FM25", title, symptom, cause, fix)


def _fixed(server: Server, fixed: str, root: str) -> tuple[str, tuple[Fix, ...]]:
    """Cause and ways out where the server writes the same address for every caller."""
    cause = f"{name_of(server).capitalize()}'s configuration fixes its host ({fixed}), whatever the request says."
    own = own_of(server).address
    if own:
        cause += own.fixed(fixed)[0]
    return cause, _own_setting(server, root, lambda own: own.fixed(fixed)[1])


def _of_host(server: Server, there: Parts, here: Parts) -> str:
    before, name, behind = web_server.name_of(server), name_of(server), parts_of(server.url).netloc
    if there.netloc == behind:
        said = f"{before} asks {name} under the name {behind} and does not say which one the browser used"
        return f"{said}{_or_deaf(server)}."
    if there.host == here.host:
        return f"{before} hands the host on without its port."
    itself = short(there.netloc, 60)
    return f"{name.capitalize()} takes itself for {itself}: that is what {before} calls it, or what its configuration says."


def _or_deaf(server: Server) -> str:
    """Of a server that is not known to look at Forwarded."""
    if own_of(server).reads_forwarded:
        return ""
    return ", or the server does not look there"


def _own_setting(server: Server, root: str, setting: Callable[[OwnAddress], tuple[Fix, ...]]) -> tuple[Fix, ...]:
    """What to set in the server itself; in one of which nothing is known, whatever it has for that."""
    own = own_of(server).address
    if own:
        return setting(own)
    return (Fix("Server", f"its own setting for the address by which browsers reach it: {root}"),)


def _forward(server: Server) -> tuple[Fix, ...]:
    """Some servers read Forwarded, others rather X-Forwarded-*."""
    return web_server.fixes(server, lambda lines: lines.forwarded(server.url.startswith("https:")))


CHECK = Check(
    ID,
    72,
    "Do the addresses in the server's answers lead back to it?",
    look,
    judge,
    needs=("dicomweb-reachable",),
)
