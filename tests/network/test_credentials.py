from __future__ import annotations

import base64
import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ohif_setup.network.sign_in.credentials import claims_of, from_environment

CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes | None = None) -> str:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pipeline")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def problem_of(file: Path) -> str:
    found = from_environment({"OHIF_SETUP_CLIENT_CERTIFICATE": str(file)})
    assert found is not None
    return found.problem


def test_no_variable_is_no_credential() -> None:
    assert from_environment({"OHIF_SETUP_CLIENT_ID": CLIENT, "OHIF_SETUP_CLIENT_SECRET": " "}) is None


def test_secret_is_taken_without_the_blanks_around_it() -> None:
    found = from_environment({"OHIF_SETUP_CLIENT_ID": CLIENT.upper(), "OHIF_SETUP_CLIENT_SECRET": " s3cret\n"})
    assert found is not None
    assert (found.client_id, found.for_msal, found.hidden) == (CLIENT, "s3cret", ("s3cret",))
    assert "s3cret" not in repr(found)


def test_secret_in_the_wrong_variable_is_not_repeated() -> None:
    found = from_environment({"OHIF_SETUP_CLIENT_ID": "s3cret-value", "OHIF_SETUP_CLIENT_SECRET": "id"})
    assert found is not None
    assert "OHIF_SETUP_CLIENT_ID does not hold" in found.problem
    assert "s3cret-value" not in repr(found)


def test_good_certificate_file_is_taken(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    file = tmp_path / "pipeline.pem"
    file.write_text(f"Bag Attributes: x\n{pem(key)}{certificate(key)}")
    found = from_environment({"OHIF_SETUP_CLIENT_CERTIFICATE": str(file)})
    assert found is not None
    assert found.problem == ""
    assert isinstance(found.for_msal, dict)


def test_bad_certificate_files_are_told_apart(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    file = tmp_path / "pipeline.pem"
    assert "cannot be read" in problem_of(file)
    assert "cannot be read" in problem_of(tmp_path)
    curve = ec.generate_private_key(ec.SECP256R1())
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    broken = pem(key).replace("A", "!", 20)
    for content, expected in (
        (b"\xff\xfe", "cannot be read"),
        (pem(key).encode(), "with the private key and the certificate"),
        (f"{pem(key, b'password')}{certificate(key)}".encode(), "encrypted"),
        (f"{pem(curve)}{certificate(curve)}".encode(), "not an RSA key"),
        (f"{pem(key)}{certificate(other)}".encode(), "does not belong"),
        (f"{broken}{certificate(key)}".encode(), "private key cannot be read"),
        (
            f"{pem(key)}-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----".encode(),
            "certificate cannot be read",
        ),
    ):
        file.write_bytes(content)
        problem = problem_of(file)
        assert expected in problem
        assert str(file) in problem
        assert "PRIVATE KEY" not in problem


@pytest.mark.parametrize("form", ["pem", "base64", "one line", "secret", "nul"])
def test_key_or_secret_in_the_place_of_a_path_is_not_shown(form: str, key: rsa.RSAPrivateKey) -> None:
    text = pem(key) + certificate(key)
    value = {
        "pem": text,
        "base64": base64.b64encode(text.encode()).decode(),
        "one line": text.replace("\n", "\\n"),
        "secret": "Ab8Q~pipelines-client-secret_0123456789",
        "nul": "Ab8Q~pipelines\0client-secret",
    }[form]
    found = from_environment({"OHIF_SETUP_CLIENT_CERTIFICATE": value})
    assert found is not None
    assert "does not name an existing file" in found.problem
    assert found.hidden == (value.strip(),)
    assert value[:12] not in repr(found)


def test_path_of_a_file_that_is_missing_is_shown(tmp_path: Path) -> None:
    for name in (str(tmp_path / "pipeline"), "pipeline.pem", "keys/pipeline.pem"):
        assert problem_of(Path(name)).endswith(name)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        "e30.!!.x",
        "e30.bnVsbA.x",
        "e30.W10.x",
        f"e30.{'W1tb' * 9000}.x",
        "e30.\u1234.x",
        "..",
        "e30.eyJhIjoxZTk5OX0.x",
    ],
)
def test_token_that_cannot_be_read_has_no_claims(token: str) -> None:
    assert claims_of(token) == {}


def test_deeply_nested_claims_are_none() -> None:
    deep = base64.urlsafe_b64encode(b'{"aud": ' + b"[" * 50_000 + b"]" * 50_000 + b"}").decode()
    assert claims_of(f"e30.{deep}.x") == {}
