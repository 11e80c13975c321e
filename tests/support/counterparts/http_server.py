"""A real HTTPS server on the loopback, that can be slow, break off, go away and come back."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Lock, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from forbear.kernel.clock import SystemClock

HOST = "127.0.0.1"
Take = Callable[[str, Mapping[str, str], bytes], "tuple[int, Mapping[str, str]]"]
"""What the provider does with a request: path, headers with names in lower case, body; returns status and headers."""


@dataclass
class Manners:
    """How the server behaves from now on."""

    slow_seconds: float = 0.0
    breaks_off: bool = False
    answer: tuple[int, Mapping[str, str]] | None = None
    """Given instead of taking the request."""
    stopped: Event = field(default_factory=Event)


class HttpsServer:
    """Takes POST requests over TLS. ``ca_file`` is what its certificate is signed by."""

    def __init__(self, folder: Path, take: Take) -> None:
        self.ca_file, self._certificate = folder / "ca.pem", folder / "server.pem"
        write_certificates(self.ca_file, self._certificate)
        self.manners = Manners()
        self._take = take
        self._lines: set[socket.socket] = set()
        self._lock = Lock()
        self.port = 0
        self.come_up()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"https://{HOST}:{self.port}"

    def come_up(self) -> None:
        """Listen, at the same port as before."""
        self._server = self._listening()
        self.port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def go_down(self) -> None:
        """Stop listening, and drop every connection."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Let everybody go who waits, and end."""
        self.manners.stopped.set()
        self.go_down()

    def _listening(self) -> ThreadingHTTPServer:
        outer = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                manners = outer.manners
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, told = manners.answer or outer._take(self.path, headers, body)
                if manners.breaks_off:
                    manners.breaks_off = False
                    self.close_connection = True
                    return
                if manners.slow_seconds:
                    manners.stopped.wait(manners.slow_seconds)
                self.send_response(status)
                for name, value in {**told, "content-length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is said."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

            def get_request(self) -> tuple[socket.socket, object]:
                plain, address = self.socket.accept()
                line = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                with outer._lock:
                    outer._lines.add(line)
                return line, address

            def handle_error(self, request: object, client_address: object) -> None:
                """A caller that hung up is no news."""

        return Server((HOST, self.port), Handler)


def write_certificates(ca_file: Path, server_file: Path) -> None:
    """An authority of one test, and a certificate of it for the loopback with its key."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    authority = _certificate(issuer, issuer, authority_key, authority_key, is_authority=True)
    server = _certificate(subject, issuer, key, authority_key, is_authority=False)
    ca_file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    server_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + server.public_bytes(serialization.Encoding.PEM)
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = SystemClock().now()
    usage = {
        "digital_signature": True, "key_cert_sign": is_authority, "crl_sign": is_authority, "content_commitment": False,
        "key_encipherment": False, "data_encipherment": False, "key_agreement": False, "encipher_only": False,
        "decipher_only": False,
    }  # fmt: skip
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
    return builder.sign(signer, hashes.SHA256())
