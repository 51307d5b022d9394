"""Addresses of Orthanc and other servers, and paths on the host of a web server: kept as they are, or refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ohif_setup.paste.dicomweb import parse_dicomweb_url, parse_oidc_client, parse_proxy_url
from ohif_setup.paste.places import lies_in, parse_served_path
from tests.answers.sites import ORTHANC, only_problem


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8042", "http://127.0.0.1:8042/dicom-web"),
        ("http://orthanc:8042/", "http://orthanc:8042/dicom-web"),
        ("http://orthanc.local:8042/app/explorer.html", "http://orthanc.local:8042/dicom-web"),
        ("http://o:8042/studies/x", "http://o:8042/dicom-web"),
        ("http://o:8042/dicom-web/studies?limit=1".partition("?")[0], "http://o:8042/dicom-web"),
        ("HTTPS://O.Example:443/Orthanc/dicom-web/", "https://o.example/Orthanc/dicom-web"),
    ],
)
def test_root_of_orthanc_is_found(text: str, url: str) -> None:
    assert parse_dicomweb_url(text, orthanc=True) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://d:8080/dcm4chee-arc/aets/DCM4CHEE/rs/studies", "http://d:8080/dcm4chee-arc/aets/DCM4CHEE/rs"),
        ("http://d.example", "http://d.example"),
        ("https://d.example/studies", "https://d.example"),
    ],
)
def test_root_of_another_server_is_kept(text: str, url: str) -> None:
    assert parse_dicomweb_url(text, orthanc=False) == url


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("orthanc.local:8042", "http:// or https://"),
        ("http://*.example/dicom-web", "a * in it"),
        ("http://o/a;b", "no DICOMweb root"),
        ("http://o/a'b", "no DICOMweb root"),
        ("http://o/a$b", "no DICOMweb root"),
        ("http://o/a{b", "no DICOMweb root"),
        ("http://o/a%2f", "no DICOMweb root"),
        ("http://o/../x", "no DICOMweb root"),
        ("http://o/a//x", "no DICOMweb root"),
        ("http://o/é", "no DICOMweb root"),
        ('http://o/"x', "no DICOMweb root"),
        ("http://o/a b", "space"),
        ("http://o/a\nb", "control"),
        ("http://orthanc:orthanc@o:8042", "user name"),
        ("https://portal.azure.com/x", "portal"),
    ],
)
def test_address_of_a_server_is_refused(text: str, words: str) -> None:
    for orthanc in (True, False):
        with pytest.raises(ValueError, match=r".") as caught:
            parse_dicomweb_url(text, orthanc=orthanc)
        assert words in str(caught.value)


def test_password_in_an_address_is_not_shown() -> None:
    assert "hunter2" not in str(only_problem(ORTHANC, server__url="http://ada:hunter2@o:8042"))


def test_login_in_the_place_of_its_file_is_not_shown() -> None:
    found = only_problem(ORTHANC, proxy={"orthanc_credentials_file": "ada:hunter2"})
    assert "hunter2" not in str(found)
    assert "absolute" in found.wrong
    assert "/etc/x" in str(only_problem(ORTHANC, proxy={"orthanc_credentials_file": "/etc/x?"}))


def test_proxy_is_an_origin() -> None:
    assert parse_proxy_url("http://D.example:80/") == "http://d.example"
    with pytest.raises(ValueError, match=r"give http://d\.example"):
        parse_proxy_url("http://d.example/dicom-web")


@pytest.mark.parametrize("client", ["ohif", "ohif-viewer_1", "a.b/c", "66666666-7777-4888-9999-aaaaaaaaaaaa"])
def test_any_word_may_be_a_client_of_another_provider(client: str) -> None:
    assert parse_oidc_client(f" {client}\n") == client


@pytest.mark.parametrize("client", ["", "a b", "a\x00b", "<client-id>", "abc8Q~" + "x1Y2z3" * 6])
def test_client_of_another_provider_is_refused(client: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_oidc_client(client)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/var/www/ohif/", "/var/www/ohif"),
        (" /srv/a b ", "/srv/a b"),
        ('/srv/"quoted"; rm', '/srv/"quoted"; rm'),
        ("/srv/it's {here} #1 %h", "/srv/it's {here} #1 %h"),
        ("/srv/Bücher/\U0001f600", "/srv/Bücher/\U0001f600"),
        ("/srv/..hidden", "/srv/..hidden"),
        ("/srv/back\\slash", "/srv/back\\slash"),
        ("C:\\inetpub\\ohif\\", "C:\\inetpub\\ohif"),
        ("d:/Web Sites/ohif/", "d:/Web Sites/ohif"),
        ("C:\\it's;here", "C:\\it's;here"),
    ],
)
def test_path_is_kept(text: str, path: str) -> None:
    assert parse_served_path(text) == path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("srv/ohif", "absolute"),
        ("~/ohif", "absolute"),
        ("\\\\host\\share", "absolute"),
        ("/", "is the root folder"),
        ("///", "is the root folder"),
        ("C:\\", "is the root folder"),
        ("C:/", "is the root folder"),
        ("C:ohif", "absolute"),
        ("/srv/../etc", ".. in it"),
        ("C:\\a\\..\\b", ".. in it"),
        ("/srv/$document_root", "$ * ?"),
        ("/srv/*", "$ * ?"),
        ("/srv/[a]", "$ * ?"),
        ("/srv/a\nb", "control"),
        ("/srv/a\x00", "control"),
        ("/srv/a\x7f", "control"),
        ("/srv/\u2028x", "control"),
        ("/srv/\udc80", "control"),
        ("C:\\a|b", "Windows"),
        ('C:\\a"b', "Windows"),
        ("C:\\a:b", "Windows"),
        ("C:\\<a>", "Windows"),
    ],
)
def test_path_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_served_path(text)
    assert words in str(caught.value)


@given(st.text(max_size=30) | st.text("/\\.:Cc$*\n \"';", max_size=12).map("/".__add__))
@example("/0 /")
def test_accepted_path_is_one_line_and_stays_as_it_is(text: str) -> None:
    try:
        path = parse_served_path(text)
    except ValueError:
        return
    assert parse_served_path(path) == path
    assert len(path.splitlines()) == 1
    assert not set(path) & set("$*?[]\0")


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("/a/b/c", "/a/b", True),
        ("/a/b", "/a/b", True),
        ("/a/bc", "/a/b", False),
        ("/A/b/c", "/a/b", False),
        ("c:\\A\\b", "C:/a", True),
        ("/a/b", "C:/a", False),
        ("/a/b", "", False),
    ],
)
def test_file_in_a_folder_is_seen(path: str, folder: str, inside: bool) -> None:
    assert lies_in(path, folder) is inside
