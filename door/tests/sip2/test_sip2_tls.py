"""The line inside TLS: the certificate must be one that is trusted, and for this host."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sip2_process import until
from sip2_scripted import CARD, PIN, Scripted

from helhet_door.sip2.trouble import Why


def certificate(folder: Path, address: str) -> tuple[str, str]:
    """A self-signed certificate for ``address`` and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "library")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    return str(pem), str(private)


@pytest.mark.parametrize(
    ("address", "trusted", "up"), [("127.0.0.1", True, True), ("127.0.0.2", True, False), ("127.0.0.1", False, False)]
)
async def test_only_a_trusted_certificate_for_this_host(tmp_path, line, address, trusted, up):
    pem, key = certificate(tmp_path, address)
    server = Scripted()
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(pem, key)
    async with server:
        made = await line(server.port, up=up, tls=True, tls_authority=pem if trusted else "")
        if up:
            assert (await made.ask(CARD, PIN, 1.5)).pin_right is True
        else:
            await until(lambda: made.trouble is Why.NO_CONNECTION, 2)
            assert server.seen == []
