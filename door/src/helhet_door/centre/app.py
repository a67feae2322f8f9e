"""The application: who may see what, what every answer carries, and what is said when something goes wrong."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Flask, Response, abort, current_app, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from helhet_door.centre import users, words
from helhet_door.centre.box import box
from helhet_door.centre.config import LOOPBACK
from helhet_door.centre.database import prepare
from helhet_door.centre.desk import Desk, close_db, db, desk, speech
from helhet_door.centre.pages import PAGES
from helhet_door.centre.roles import OPEN, roles_of
from helhet_door.centre.texts import LANGUAGES, first_capital, mark
from helhet_door.keep.faults import StoreFault
from helhet_door.words.clock import Clock

LARGEST_FORM = 64 * 1024  # bytes
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # the check against cross-site requests reads it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ERRORS = {
    400: mark("The page was too old, or the request was not complete. Go back, load the page again and try once more."),
    403: mark("You may not do this. Ask a supervisor if you need to."),
    404: mark("There is no such page, or it is no longer there."),
    405: mark("This page cannot be used in that way."),
    413: mark("What was sent is too large."),
    429: mark("Too many tries to log in. Wait a quarter of an hour and try again."),
    500: mark("Something went wrong here. Nothing was changed. Try again, and tell whoever looks after this page."),
    503: mark("The page cannot store anything just now. Nothing was changed. Tell whoever looks after this page."),
}
PASSWORD_FIRST = {"entry.password", "entry.log_out", "entry.choose_language", "static"}


def create_app(folder: Path, clock: Clock) -> Flask:
    """The staff page and the place that boxes talk to, for the centre in ``folder``.

    Raises ``Faults`` where its files are not in order, ``StoreFault`` where its database cannot be opened.
    """
    app = Flask(__name__)
    made = Desk(folder, clock)
    prepare(folder)
    app.extensions["helhet_desk"] = made
    app.session_interface = made.sessions
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),  # signs form tokens, which live no longer than the sessions in memory
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        TRUSTED_HOSTS=[*LOOPBACK, *([made.config.host] if made.config.host else [])],
    )
    app.jinja_env.filters["first_capital"] = first_capital
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    csrf = CSRFProtect(app)
    _log_in(app)
    app.before_request(_guard)
    app.after_request(_headers)
    app.teardown_appcontext(close_db)
    app.context_processor(_context)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _other_error)
    app.register_blueprint(box)
    csrf.exempt(box)
    for page in PAGES:
        app.register_blueprint(page)
    return app


def _log_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the id is random, and phones change their address
    manager.user_loader(lambda number: users.by_number(db(), number))


def _guard() -> AnyResponse | None:
    """Every view says who may use it; one that does not is for nobody."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    roles = roles_of(current_app.view_functions[request.endpoint])
    if roles is None:
        abort(403)
    if roles is OPEN:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("entry.log_in"))
    if current_user.role not in roles:
        abort(403)
    if current_user.must_change and request.endpoint not in PASSWORD_FIRST:
        return redirect(url_for("entry.password"))
    return None


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if desk().config.host:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _context() -> dict[str, object]:
    """What every template has at hand."""
    voice = speech()
    return {
        "say": voice.say,
        "count": voice.count,
        "voice": voice,
        "language": voice.language,
        "languages": LANGUAGES,
        "town": desk().config.town,
        "words": words,
    }


def _http_error(error: HTTPException) -> tuple[str, int] | Response:
    """A page in plain words; a box gets the number alone."""
    code = error.code or 500
    if request.path.startswith("/box/") or request_ctx.url_adapter is None:  # or a host that is not ours
        return Response(status=code)
    return render_template("error.html", message=ERRORS.get(code, ERRORS[500])), code


def _other_error(error: Exception) -> tuple[str, int] | Response:
    """Say so without a word of what it was; the log of the process has the kind and the place, no values."""
    trace, where = error.__traceback__, "?"
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    current_app.logger.error("a request failed: %s at %s", type(error).__name__, where)
    code = 503 if isinstance(error, StoreFault) else 500
    if request.path.startswith("/box/"):
        return Response(status=code)
    return render_template("error.html", message=ERRORS[code]), code
