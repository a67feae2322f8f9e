"""The page: aiohttp on loopback, for this computer only.

What it serves is made here or lies in ``static``; a host name that is not ours is refused (DNS rebinding), and so is a
deed that another site's page asks for (its ``Origin`` is not ours). Everything that moves comes as server-sent events.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import jinja2
import msgspec
from aiohttp import web

from helhet_door.centre.roles import Role
from helhet_door.centre.texts import voice
from helhet_door.centre.words import ROLES
from helhet_door.demo import cast, founding
from helhet_door.demo.branch import Branch
from helhet_door.demo.deeds import LIBRARY, Deed, NotNow, do
from helhet_door.demo.reader_control import Refused
from helhet_door.demo.telling import Teller
from helhet_door.demo.texts import LANGUAGES, texts
from helhet_door.rules.check import written
from helhet_door.words.reasons import LETS_IN

OURS = ("127.0.0.1", "localhost")
LARGEST = 4096  # bytes of a deed
EVERY = 0.12  # seconds between two looks
HOME = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """Serves a branch on a socket that :func:`listen` made."""

    def __init__(self, branch: Branch, listening: socket.socket) -> None:
        self._branch = branch
        self._socket = listening
        self._stop = asyncio.Event()
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HOME / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.port: int = listening.getsockname()[1]
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Answer from now on."""
        application = web.Application(client_max_size=LARGEST, middlewares=[self._guard])
        application.router.add_get("/", self._first)
        application.router.add_get("/{language:sv|en}", self._page)
        application.router.add_get("/{language:sv|en}/events", self._events)
        application.router.add_post("/{language:sv|en}/do", self._deed)
        application.router.add_static("/static/", HOME / "static")
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        """End every open page's events and listen no more."""
        self._stop.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def address(self) -> str:
        """Where the page is, in the language that the demonstration was started in."""
        return f"http://{OURS[0]}:{self.port}/{self._branch.language}"

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only our own host, and deeds only from our own page."""
        hosts = {f"{host}:{self.port}" for host in OURS}
        if request.host not in hosts:
            return web.Response(status=421, headers=HEADERS)
        if request.method == "POST" and request.headers.get("Origin") != f"http://{request.host}":
            return web.Response(status=403, headers=HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            refused.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _first(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/{self._branch.language}")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        language = request.match_info["language"]
        said = texts(language)
        html = self._templates.get_template("page.html").render(
            say=said.say,
            language=language,
            spoken=self._branch.language,
            other=next(each for each in LANGUAGES if each != language),
            groups=self._groups(language),
            faults=list(LIBRARY),
            users=founding.USERS,
            roles={role: self._role(role, language) for role in founding.USERS.values()},
            password=self._branch.made.password,
            desk=self._branch.desk,
        )
        return web.Response(text=html, content_type="text/html")

    def _groups(self, language: str) -> list[tuple[str, list[dict[str, object]]]]:
        """The cast as the page lists it."""
        said = texts(language)
        made = self._branch.made.made.astimezone(founding.ZONE)
        hours = written(cast.duties(made)["cleaner"].hours).replace("-", "–")
        return [
            (
                said.say("cards", group),
                [
                    {
                        "who": each,
                        "what": said.say("people", each.id, hours=hours),
                        "comes_in": each.expects in LETS_IN,
                    }
                    for each in cast.CAST
                    if each.group is group
                ],
            )
            for group in cast.Group
        ]

    def _role(self, role: str, language: str) -> str:
        return voice(language).say(ROLES[Role(role)])

    async def _deed(self, request: web.Request) -> web.StreamResponse:
        said = texts(request.match_info["language"])
        try:
            deed = msgspec.json.decode(await request.read(), type=Deed)
            await do(self._branch, deed)
        except NotNow as not_now:
            return web.json_response({"said": said.say("not_now", not_now.word)}, status=409)
        except (msgspec.MsgspecError, KeyError):
            return web.json_response({"said": said.say("not_now", "failed")}, status=400)
        return web.json_response({"said": ""})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """What the page shows, whole, every time that it changes."""
        teller = Teller(self._branch, request.match_info["language"])
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        before = ""
        with contextlib.suppress(ConnectionError, Refused):  # the page is closed, or the parts stop
            while not self._stop.is_set():
                now = json.dumps(await teller.now(), ensure_ascii=False)
                if now != before:
                    await response.write(f"data: {now}\n\n".encode())
                    before = now
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(EVERY):
                        await self._stop.wait()
        return response
