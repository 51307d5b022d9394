"""`cors`: the CORS verdict for any service URL and viewer origin, without an answers file."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ohif_setup.answers.questions import check_answer
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.origin import has_userinfo, serialize_origin
from ohif_setup.checks.cors.findings import SCHEMA, faults_of, rows_of, unseen
from ohif_setup.checks.cors.look import CorsCase, look_at_service, recognised_kind
from ohif_setup.checks.cors.verdict import judge_service, status_of, with_certificate
from ohif_setup.checks.could_not_judge import could_not_judge
from ohif_setup.checks.finding import Finding
from ohif_setup.commands.cors.options import FHIR
from ohif_setup.errors import SetupError
from ohif_setup.kinds import KINDS
from ohif_setup.network.look.find import addresses_of, find
from ohif_setup.network.look.instances import find_instance
from ohif_setup.network.wire.certificate import look_at_certificate
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import origin_of
from ohif_setup.network.wire.parallel import Memo, side_by_side
from ohif_setup.ohif import versions
from ohif_setup.paste.pasted import bounded
from ohif_setup.paste.services import is_fhir_url, parse_fhir_url
from ohif_setup.paste.showing import shown
from ohif_setup.paste.urls import parse_address
from ohif_setup.talk.report import cors as cors_report
from ohif_setup.talk.report.cors import print_service
from ohif_setup.talk.report.curl import as_curl

NAME = "cors"
JudgedService = tuple[CorsCase, Finding | None]
"""A service with its verdicts, and the finding about a bug of ours where that left none."""
_BARE_HOST = re.compile(r"[\w.-]+(:\d+)?(/|\Z)", re.ASCII)
_SEARCH = re.compile(r"(https?://[^/?#]+/[^?#]*[^/?#])/studies(?:[/?#].*)?\Z", re.IGNORECASE)
AT_ONCE = 8
"""Services that are checked at the same time, which bounds the memory of a run with hundreds of them."""


def run(arguments: Namespace) -> int:
    """Returns 0 when every request is allowed, else 1."""
    services, origins, version = _validated(arguments)
    failed = False

    def judged_services() -> Iterator[JudgedService]:
        # A generator, so that each service is printed as soon as it is judged; the exit status is known only after the
        # last.
        nonlocal failed
        for judged in _judged(arguments, services, origins, version):
            case, bug = judged
            failed |= bug is not None or any(status_of(look) == "fail" for look in case.looks)
            yield judged

    if arguments.json:
        cors_report.print_json(SCHEMA, (row for judged in judged_services() for row in rows_of(*judged)))
    else:
        show = _print_curl if arguments.curl else _print_service
        for given, judged in zip(services, judged_services(), strict=True):
            show(given, *judged)
    return int(failed)


def _judged(
    arguments: Namespace, services: Sequence[str], origins: tuple[str, ...], version: str
) -> Iterator[JudgedService]:
    """Judges the services in order, `AT_ONCE` at a time."""
    # One lookup of the certificate for each origin, however many services are there.
    http, certificates = Http(arguments.timeout), Memo()
    for start in range(0, len(services), AT_ONCE):
        few = services[start : start + AT_ONCE]
        yield from side_by_side(
            [partial(_safely, http, certificates, arguments, url, origins=origins, version=version) for url in few]
        )


def _safely(
    http: Http, certificates: Memo, arguments: Namespace, url: str, *, origins: tuple[str, ...], version: str
) -> JudgedService:
    """Judges one service; a bug there becomes a finding, so that the other services are still judged."""
    try:
        return _judge(http, certificates, arguments, url, origins=origins, version=version), None
    except Exception as error:
        kind: str = arguments.server or KINDS.last
        case = CorsCase(url, kind, origins, version, uploads=arguments.uploads, signs_in=not arguments.no_auth)
        return case, could_not_judge(NAME, url, error, "everything")


def _judge(
    http: Http, certificates: Memo, arguments: Namespace, url: str, *, origins: tuple[str, ...], version: str
) -> CorsCase:
    kind = arguments.server or recognised_kind(http, url)
    if kind in KINDS and KINDS[kind].varies:
        kind, url = _dicomweb_root(http, kind, url)
    case = CorsCase(url, kind, origins, version, uploads=arguments.uploads, signs_in=not arguments.no_auth)
    # Without a token a real instance can be found, so its own frame and bulk data addresses are checked. With one, made-up UIDs
    # do: the preflight decides, and it needs no image that exists.
    found = None
    if arguments.no_auth and kind != FHIR:
        found = find_instance(http, url)
    if found:
        case = replace(case, uids=found.uids, bulk_url=found.bulk_url)
    case = judge_service(look_at_service(http, case))
    # A browser refuses a bad certificate before any CORS rule applies, so it is part of the verdict.
    if not url.startswith("https:"):
        return case
    return with_certificate(case, certificates(origin_of(url), lambda: look_at_certificate(url, arguments.timeout)))


def _dicomweb_root(http: Http, kind: str, url: str) -> tuple[str, str]:
    """The kind and the DICOMweb root of a server whose `url` may be that of its own pages (Orthanc); any other server unchanged."""
    # A path is taken as the DICOMweb root, unless servers of this kind have their own pages under a path too.
    if parts_of(url).path and not KINDS[kind].addresses.own_pages:
        return kind, url
    found = find(http, url)
    known = KINDS.get(found.kind or "")
    is_root = found.proven or (found.fits and not parts_of(url).path)
    if known and known.addresses.own_pages and is_root:
        return known.name, found.url
    return kind, url


def _print_service(given: str, case: CorsCase, bug: Finding | None) -> None:
    label = _label(case.kind)
    if not case.signs_in:
        label += ", without sign-in"
    own = dict.fromkeys(look.origin for look in case.looks if look.verdict.step == "same-origin")
    notes = []
    if case.url != given:
        notes.append(f"Checked at {case.url}: {given} is {_label(case.kind)}, but not its DICOMweb root")
    notes += [f"Same origin  {origin} is the service's own, so no CORS is needed" for origin in own]
    left = unseen(case)
    if left and not bug:
        notes.append(f"Not seen  {'; '.join(left)}")
    faults = faults_of(case)
    if bug:
        faults = [(origin, bug) for origin in case.origins]
    print_service(f"Service  {case.url}  ({label})", case, faults, notes)


def _label(kind: str) -> str:
    if kind == FHIR:
        return "FHIR service"
    return KINDS[kind].label


def _print_curl(_: str, case: CorsCase, bug: Finding | None) -> None:
    """Prints the curl command of each request with its outcome."""
    print(f"# {case.url}")
    if bug:
        print(f"# {bug.title}; {bug.fix[0].text}")
    for look in case.looks:
        if look.exchanges:
            outcome = "allowed" if look.verdict.allowed else "refused"
            print(f"# {look.request.kind} from {look.origin}: {outcome}")
        for exchange in look.exchanges:
            print(as_curl(exchange.sent))


def _validated(arguments: Namespace) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Service roots, viewer origins and the version. Raises SetupError (`address-invalid`) and names all faults at once."""
    wrong: list[str] = []

    def read(option: str, text: str, parse: Callable[[str], str]) -> str:
        try:
            return parse(bounded(text))
        except ValueError as error:
            wrong.append(f"{option} {shown(text)} {error}")
            return ""

    services = tuple(dict.fromkeys(read("--service-url", url, _parse_root) for url in arguments.service_url))
    origins = tuple(dict.fromkeys(read("--viewer-url", url, _parse_origin) for url in arguments.viewer_url))
    asked = arguments.ohif_version
    if asked is None:
        asked = versions.NEWEST
    version = read(
        "--ohif-version", asked.strip() or "none", lambda text: str(check_answer("viewer.ohif_version", text))
    )
    if wrong:
        raise SetupError(
            "address-invalid",
            "; ".join(wrong),
            where="cors",
            hint="for example: ohif-setup cors --service-url https://ws-dicom.dicom.azurehealthcareapis.com/v2 "
            "--viewer-url https://viewer.example.org",
        )
    return services, origins, version


def _parse_origin(text: str) -> str:
    """The origin of a viewer's address. Raises ValueError."""
    if has_userinfo(text):
        raise ValueError("contains a user name or a password: remove them")
    # A host without a scheme is read as for viewer.url.
    if _BARE_HOST.match(text.strip()):
        return parse_address(text).origin
    return serialize_origin(text)


def _parse_root(text: str) -> str:
    """The root of a service, without a slash at its end; a missing scheme is guessed. Raises ValueError. Plain http is allowed: the
    verdict explains its effect."""
    url = text.strip()
    if is_fhir_url(url):
        return parse_fhir_url(url)
    for kind in KINDS.values():
        if kind.addresses.owned(url):
            return kind.parse_root(url)
    # `host`, `host:8042` or `host/path` without a scheme. `addresses_of` lists the likelier scheme first.
    if _BARE_HOST.match(url):
        url = addresses_of(url)[0]
    # Browsers read a backslash as a slash, other parsers as part of the host: the two would ask different servers.
    if "\\" in url:
        raise ValueError("contains a backslash: addresses are written with /")
    # The address of a search, copied from a browser. At the top of a server /studies may be something else.
    if search := _SEARCH.match(url):
        url = search[1]
    if re.search("[?#].", url) or has_userinfo(url):
        raise ValueError("must be scheme, host, port and path only")
    return serialize_origin(url) + parts_of(url).path.rstrip("/")
