"""`cors`: does a service let a viewer in? For any service URL and viewer origin, without an answers file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from ohif_setup.commands import check as check_command

if TYPE_CHECKING:
    from ohif_setup.checks.cors_look import Wanted
    from ohif_setup.checks.cors_verdict import RequestVerdict
    from ohif_setup.network.http import Http

NAME = "cors"
HELP = "does a service let a viewer in? the CORS verdict alone, without an answers file"
ORDER = 35
AT_ONCE = 8
"""Services under way at a time: the memory of a run with hundreds of them stays that of a few."""


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "--service-url",
        action="append",
        required=True,
        metavar="URL",
        help="the root of DICOMweb or FHIR; may be repeated",
    )
    parser.add_argument(
        "--viewer-url",
        action="append",
        required=True,
        metavar="URL",
        help="where people open the viewer; may be repeated",
    )
    parser.add_argument(
        "--server",
        choices=("azure-dicom", "orthanc", "dicomweb", "fhir"),
        help="what it is (default: what its answers show)",
    )
    parser.add_argument("--no-auth", action="store_true", help="the viewer will send no token")
    parser.add_argument("--ohif-version", metavar="V", help="the version of OHIF (default: the newest known)")
    parser.add_argument("--uploads", action="store_true", help="ask about storing too; nothing is ever stored")
    parser.add_argument("--timeout", type=check_command.seconds, default=check_command.TIMEOUT, metavar="SECONDS")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object (schema ohif-setup.cors/1)")
    output.add_argument("--curl", action="store_true", help="print the curl command behind each request, for a ticket")


def run(arguments: Namespace) -> int:
    """0 when every request is allowed, else 1."""
    # Late, so that --help loads no requests.
    from functools import partial

    from ohif_setup.checks.cors_verdict import status_of
    from ohif_setup.network.http import Http
    from ohif_setup.network.parallel import side_by_side
    from ohif_setup.report import cors_report

    services, origins, version = _validated(arguments)
    http = Http(arguments.timeout)
    statuses: set[str] = set()
    rows: list[dict[str, object]] = []
    for start in range(0, len(services), AT_ONCE):
        asks = [partial(_judge, http, arguments, url, origins, version) for url in services[start : start + AT_ONCE]]
        for wanted, judged in side_by_side(asks):
            statuses |= {status_of(one) for one in judged}
            if arguments.json:
                rows += cors_report.as_rows(wanted, judged)
            elif arguments.curl:
                cors_report.print_curl(wanted, judged)
            else:
                cors_report.print_service(wanted, judged)
    if arguments.json:
        print(cors_report.as_json(rows, statuses))
    return 1 if "fail" in statuses else 0


def _judge(
    http: Http, arguments: Namespace, url: str, origins: tuple[str, ...], version: str
) -> tuple[Wanted, tuple[RequestVerdict, ...]]:
    from ohif_setup.checks.cors_look import Wanted, look_at_service, recognised_kind
    from ohif_setup.checks.cors_verdict import judge_service

    kind = arguments.server or recognised_kind(http, url)
    wanted = Wanted(url, kind, origins, version, uploads=arguments.uploads, signs_in=not arguments.no_auth)
    return wanted, judge_service(look_at_service(http, wanted))


def _validated(arguments: Namespace) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Service roots, viewer origins and the version. Raises SetupError (`address-invalid`) with all that is wrong at once."""
    from ohif_setup.browser.origin import serialize_origin
    from ohif_setup.errors import SetupError
    from ohif_setup.viewer import versions

    wrong: list[str] = []

    def read(option: str, text: str, parse: Callable[[str], str]) -> str:
        try:
            return parse(text)
        except ValueError as error:
            wrong.append(f"{option} {text!r} {error}")
            return ""

    services = tuple(dict.fromkeys(read("--service-url", url, _parse_root) for url in arguments.service_url))
    origins = tuple(dict.fromkeys(read("--viewer-url", url, serialize_origin) for url in arguments.viewer_url))
    version = arguments.ohif_version or versions.NEWEST
    read("--ohif-version", version, lambda text: str(versions.parse(text)))
    if wrong:
        raise SetupError(
            "address-invalid",
            "; ".join(wrong),
            where="cors",
            hint="for example: ohif-setup cors --service-url https://ws-dicom.dicom.azurehealthcareapis.com/v2 "
            "--viewer-url https://viewer.example.org",
        )
    return services, origins, version


def _parse_root(text: str) -> str:
    """A service's root without a slash at its end. Raises ValueError. Plain http is allowed: the verdict says what it means."""
    from urllib.parse import urlsplit

    from ohif_setup.answers.services import parse_dicom_url, parse_fhir_url
    from ohif_setup.browser.origin import has_userinfo, serialize_origin

    url = text.strip()
    if ".dicom.azurehealthcareapis." in url:
        return parse_dicom_url(url)
    if ".fhir.azurehealthcareapis." in url:
        return parse_fhir_url(url)
    parts = urlsplit(url)
    if parts.query or parts.fragment or has_userinfo(url):
        raise ValueError("must be scheme, host, port and path only")
    return serialize_origin(url) + parts.path.rstrip("/")
