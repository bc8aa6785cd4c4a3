"""What went wrong with a fetch, in words a person can act on; no address and no secret in them."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from django.utils.translation import gettext as _

from ..answers import Trouble
from .sockets import Unsafe

# What networks and servers do. Everything else is a fault of ours and is not caught.
FAILURES = (aiohttp.ClientError, HttpProcessingError, OSError)


def explain(error: Exception, *, reading: bool) -> tuple[Trouble, str]:
    """For one of FAILURES; `reading` when the body had begun to come."""
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    if isinstance(cause, Unsafe):
        return Trouble.UNSAFE, unsafe(str(cause))
    if isinstance(cause, socket.gaierror):
        return Trouble.DNS, name_failure(cause)
    if isinstance(cause, ssl.SSLError | ssl.CertificateError):
        return Trouble.TLS, tls_failure(cause)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Trouble.DNS, _("There is no server of that name.")
    if reading:
        return Trouble.CUT_SHORT, _("The document ended in the middle.")
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError | aiohttp.ClientPayloadError):
        return Trouble.PROTOCOL, no_http()
    if isinstance(error, aiohttp.InvalidURL):
        return Trouble.BAD_URL, _("That is not a web address.")
    return Trouble.CONNECT, connect_failure(cause)


def unsafe(reason: str) -> str:
    """For an address one must not connect to."""
    return _("That address %(reason)s. Only public web servers are visited.") % {"reason": reason}


def no_http() -> str:
    """For answers that break the rules of HTTP."""
    return _("What answers there does not speak HTTP properly.")


def too_slow(seconds: float, *, reading: bool) -> str:
    """For the time limit."""
    if reading:
        return _("The document did not come in full within %(seconds)g seconds.") % {"seconds": seconds}
    return _("Nobody answered within %(seconds)g seconds.") % {"seconds": seconds}


def name_failure(error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return _("The name of the server could not be looked up just now.")
    return _("There is no server of that name.")


CERTIFICATES = {  # X509_V_ERR_* of OpenSSL
    9: lambda: _("The server's certificate is not valid yet."),
    10: lambda: _("The server's certificate has expired."),
    18: lambda: _("The server's certificate was made by itself; nobody vouches for it."),
    19: lambda: _("The server's certificate comes from an authority nobody knows."),
    20: lambda: _("The server's certificate comes from an authority nobody knows, or parts of it are missing."),
    23: lambda: _("The server's certificate was revoked."),
    62: lambda: _("The server's certificate is for another name."),
    64: lambda: _("The server's certificate is for another address."),
}


def tls_failure(error: BaseException) -> str:
    code = getattr(error, "verify_code", None)
    if code in CERTIFICATES:
        return CERTIFICATES[code]()
    if isinstance(error, ssl.CertificateError):
        return _("The server's certificate is not valid.")
    return _("No encrypted connection to the server could be made.")


def connect_failure(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        return _("The server refuses the connection.")
    if number in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT):
        return _("The server cannot be reached from here.")
    if number in (errno.EMFILE, errno.ENFILE):
        return _("Too many connections are open here; it will be tried again.")
    return _("The server closed the connection without an answer.")
