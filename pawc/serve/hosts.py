"""The address that a server listens on -> the names that requests may call it by; any other is refused.

A page of another site can have its own name lead to this machine (DNS rebinding), and is then of one origin with the
server as far as its browser knows. What the browser still tells is the name: it is the page's, not the server's.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pawc.serve.messages import to_json

HELP = "ask for `localhost`; a proxy on this machine has to say so in `Host`"


def accepted(host: str, address: str) -> frozenset[str] | None:
    """The names of a server on this `address`, which `--host` called `host`. None: any name will do.

    Only where nobody but this machine can connect: who opens a server to others knows by what names they find it.
    """
    if not ip_address(address).is_loopback:
        return None
    return frozenset({"localhost", "127.0.0.1", "[::1]", _written(host), _written(address)})


class HostCheck:
    """An application for requests that call the server by one of `names`, or by none, as no browser does."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = Headers(scope=scope).get("host")
        if said is None or re.sub(r":\d*$", "", said.lower()) in self._names:  # whatever the port: it may be forwarded
            await self._app(scope, receive, send)
            return
        error = {"code": "P0968", "message": f"this server is not called `{said}`", "help": HELP}
        await Response(to_json({"error": error}), 421, media_type="application/json")(scope, receive, send)


def _written(host: str) -> str:
    """A host as `Host` has it."""
    return f"[{host}]" if ":" in host else host.lower()
