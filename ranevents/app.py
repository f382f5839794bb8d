"""The application: settings, extensions, rooms, the guard, consequences, error pages."""

from enum import StrEnum
from typing import Any

from flask import Flask, Response, flash, g, make_response, redirect, render_template, request, session
from flask_babel import Babel, ngettext
from flask_babel import gettext as _
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse
from whitenoise import WhiteNoise

from ranevents import config
from ranevents.accounts import factor_queries, session_views, trail
from ranevents.accounts import jobs as account_jobs
from ranevents.accounts import queries as account_queries
from ranevents.accounts import views as account_views
from ranevents.core import access, consequences, countries, errors, fragments, health, languages, links, logs, shown
from ranevents.core.access import UNSAFE
from ranevents.core.db import commit, db
from ranevents.core.limits import limiter, minutes_to_wait
from ranevents.core.room import Need, Room, RowNumber
from ranevents.core.salutations import salutation
from ranevents.delegations import mails as delegation_mails
from ranevents.delegations import member_service as delegation_members
from ranevents.delegations import own_mails as own_delegation_mails
from ranevents.delegations import queries as delegation_queries
from ranevents.delegations import request_mails  # noqa: F401 - declares mails of steps that no page takes yet
from ranevents.delegations.models import LINK_PURPOSE as DELEGATION
from ranevents.demo import views as demo_views
from ranevents.directory import import_jobs, import_views
from ranevents.directory import views as directory_views
from ranevents.events import queries as event_queries
from ranevents.events import times
from ranevents.events import views as event_views
from ranevents.events.states import Happening
from ranevents.invitations import bounce_service, letter_views
from ranevents.invitations import jobs as invitation_jobs
from ranevents.invitations import link_views as invitation_link_views
from ranevents.invitations import mails as invitation_mails
from ranevents.invitations import organise_views as invitation_desk
from ranevents.invitations import person_service as invited_people
from ranevents.invitations import queries as invitation_queries
from ranevents.invitations import reminder_service as invitation_consequences
from ranevents.invitations.models import LINK_PURPOSE as INVITATION
from ranevents.mailing import bounce_jobs, text_rules, text_views
from ranevents.mailing import jobs as mailing_jobs
from ranevents.mailing import views as mailing_views
from ranevents.mailing.relay import mail
from ranevents.mailing.states import Happening as MailHappening
from ranevents.overview import views as overview_views
from ranevents.people import service as people_service
from ranevents.privacy import jobs as privacy_jobs
from ranevents.privacy import views as privacy_views
from ranevents.questions import views as question_views
from ranevents.questions.states import Happening as QuestionHappening
from ranevents.registrations import answer_service, answer_views, together_jobs
from ranevents.registrations import jobs as registration_jobs
from ranevents.registrations import mails as registration_mails
from ranevents.registrations import queries as registration_queries
from ranevents.registrations import service as registration_service
from ranevents.registrations import views as registration_views
from ranevents.registrations.models import LINK_PURPOSE
from ranevents.registrations.states import Happening as RegistrationHappening

CONSEQUENCES: dict[StrEnum, tuple[consequences.Effect, ...]] = {
    Happening.CANCELLED: (
        registration_service.call_off_all,
        invitation_jobs.call_off_all,
        delegation_mails.event_cancelled,
    ),
    Happening.BROUGHT_FORWARD: (registration_service.cap_offers, invitation_consequences.cap_dates),
    Happening.MOVED: (registration_service.tell_of_changes, delegation_mails.event_changed),
    Happening.PLACES_ADDED: (registration_service.offer_free_places,),
    QuestionHappening.MADE_SPECIAL: (answer_service.seal_answers,),
    RegistrationHappening.CORRECTING: (invited_people.refuse_anothers_name,),
    RegistrationHappening.READDRESSED: (invited_people.follow_address,),
    RegistrationHappening.ENDED: (delegation_mails.member_left,),
    RegistrationHappening.SUBSTITUTED: (delegation_members.follow_substitute,),
    MailHappening.CAME_BACK: (people_service.note_returned_mail, bounce_service.note_returned_mail),
}

CONCERNED = {
    Happening.CANCELLED: lambda event: (
        registration_queries.number_of_live(event) + invitation_consequences.number_of_open(event)
    ),
    Happening.MOVED: registration_queries.number_of_live,
}

LINKS = {
    LINK_PURPOSE: registration_queries.link_opens,
    INVITATION: invitation_queries.link_opens,
    DELEGATION: delegation_queries.link_opens,
}
"""Links that may be mailed again, and who knows whether they still open: none of those that set a password."""

FACES: dict[str, shown.Face] = {
    "events.page": event_queries.face,
    "registrations.register": registration_queries.face,
}
"""Pages that are kept as strangers were last shown them, and what each hangs on."""

ROOMS: list[Room] = [
    health.room,
    *account_views.ROOMS,
    *event_views.ROOMS,
    *mailing_views.ROOMS,
    *text_views.ROOMS,
    *question_views.ROOMS,
    *registration_views.ROOMS,
    *answer_views.ROOMS,
    *invitation_desk.ROOMS,
    *letter_views.ROOMS,
    *directory_views.ROOMS,
    import_views.importing,
    invitation_link_views.personal,
    *privacy_views.ROOMS,
    *overview_views.ROOMS,
]

JOBS = (
    account_jobs,
    mailing_jobs,
    bounce_jobs,
    registration_jobs,
    together_jobs,
    invitation_jobs,
    import_jobs,
    privacy_jobs,
)
"""What a worker can do: importing a room's jobs declares them."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


PROBES = ("/healthz", "/readyz")


class Ranevents(Flask):
    """Flask with one unit of work a request: an unsafe method that ends below 400 commits; all else changes nothing.

    Nor does a form that asks for another language alone, whatever its view makes of it.
    """

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Answer probes whatever host they name: they come by network address."""
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = "localhost"
        return super().wsgi_app(environ, start_response)

    def full_dispatch_request(self) -> Response:
        """Answer with a page that is kept, if there is one; it has all that the others get on their way."""
        try:
            kept = shown.as_last_shown()
        except Exception as error:  # noqa: BLE001 - it is answered as it would be from a view
            return self.finalize_request(self.handle_user_exception(error))
        return super().full_dispatch_request() if kept is None else kept

    def dispatch_request(self) -> BaseResponse:
        """Run the view; commit or roll back. An error at commit still reaches the error pages."""
        try:
            response: BaseResponse = make_response(super().dispatch_request())
            if request.method in UNSAFE and response.status_code < 400 and not languages.is_changing():
                commit()
            else:
                db.session.rollback()
        except BaseException:
            db.session.rollback()
            raise
        return response


def create_app(settings: config.Settings | None = None, *, has_time: bool = False) -> Flask:
    """The application for these settings, else for those of the environment.

    Somebody waits for a page, so its statements are cut short after a while; workers and commands have time.

    Raises config.BadSettings, and room.UndeclaredRoute for a route that does not say who may use it.
    """
    settings = settings or config.load()
    logs.configure(settings.log_level, settings.log_format)
    app = Ranevents("ranevents", template_folder=str(config.resources("templates")))
    app.config.from_mapping(settings.for_flask(has_time=has_time))
    app.url_map.converters["int"] = RowNumber
    app.url_map.strict_slashes = False
    _proxies_and_static_files(app, settings)
    logs.watch_requests(app)
    shown.watch(app, FACES)
    _extensions(app)
    rooms = ROOMS + (demo_views.ROOMS if settings.mode in (config.Mode.DEMO, config.Mode.TEST) else [])
    for room in rooms:
        app.register_blueprint(room)
    access.guard(app, rooms, _Doors())
    consequences.declare(CONSEQUENCES, CONCERNED)
    links.declare(LINKS)
    text_rules.declare({**invitation_mails.EDITABLE, **own_delegation_mails.EDITABLE, **registration_mails.EDITABLE})
    trail.declare({"registrations": registration_queries.references})
    _words_for_templates(app)
    _error_pages(app)
    app.after_request(_headers)
    languages.tell(app)
    return app


class _Doors:
    """What the guard asks the rooms."""

    event = staticmethod(event_queries.by_slug)
    is_public = staticmethod(event_queries.is_public)

    @staticmethod
    def role(user: Any, event: Any) -> Any:
        """What the user is at the event."""
        return account_queries.role_at(user, event.id)

    @staticmethod
    def first_of_all(user: Any) -> str | None:
        """Who must have a second factor and has none sets one up before anything else, unless others vouch."""
        return None if session_views.is_vouched_for() or not factor_queries.lacks_one(user) else "factors.start"


def _proxies_and_static_files(app: Flask, settings: config.Settings) -> None:
    static = WhiteNoise(app.wsgi_app, max_age=3600, autorefresh=settings.mode is config.Mode.DEVELOPMENT)
    static.add_files(str(config.PACKAGE / "static"), prefix="static/")
    app.wsgi_app = static  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _extensions(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(config.resources("migrations")), compare_type=True)
    Babel(app, locale_selector=languages.choose)
    Bootstrap5(app)
    access.csrf.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    account_views.login.init_app(app)


def _words_for_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        Need=Need,
        may=access.may,
        country_name=countries.name_of,
        footnote_on_kosovo=countries.footnote,
        language=languages.current,
        language_links=languages.links,
        language_name=languages.own_name,
        public_page=languages.public_page,
        kept_fragment=fragments.kept,
        days=times.days,
        day_of=times.day_of,
        instant=times.instant,
        percent=languages.percent,
        salutation=salutation,
    )

    @app.context_processor
    def organiser() -> dict[str, Any]:
        # Mails are written outside requests, too: there is nobody then.
        return {"organiser": current_user if current_user and current_user.is_authenticated else None}


def _error_pages(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, _refusal)
    app.register_error_handler(errors.NotFound, lambda _error: _http_error(NotFound()))
    app.register_error_handler(IntegrityError, _violation)
    for kind in errors.OF_THE_DATABASE:
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _refusal(error: errors.DomainError) -> BaseResponse:
    """Show a refusal where the person came from; where we can't know that, on a page of its own."""
    came_from = request.referrer or ""
    if came_from.startswith(request.host_url):
        flash(str(error), "danger")
        return redirect(came_from, 303)
    return Response(render_template("errors/refused.html", message=str(error)), 409)


def _violation(error: IntegrityError) -> BaseResponse:
    meant = errors.from_integrity(error)
    return _refusal(meant) if meant else _unexpected(error)


def _stale_form(_error: CSRFError) -> BaseResponse:
    g.came_without_token = True
    return Response(render_template("errors/stale_form.html"), 400)


def _http_error(error: HTTPException) -> BaseResponse:
    if isinstance(error, SecurityError):
        # Not a page: its addresses would name a host that is not ours.
        return Response(_("This site has another name. Please check the address.") + "\n", 400, mimetype="text/plain")
    if error.code is None or error.code < 400 or error.response is not None:
        return error.get_response()
    heading, advice = {
        403: (_("You may not do this"), _("Your role at this event does not allow it. Ask the event's owner.")),
        404: (
            _("Page not found"),
            _("Please check the address. A page may also have moved, or may not be yours to see."),
        ),
        405: (_("Not possible here"), _("This address does not take what was sent. Please start from the calendar.")),
        413: (
            _("Too much at once"),
            _("What you sent is too large. Please go back, shorten it or choose smaller files, and send it again."),
        ),
        429: (_("Too many attempts"), _when_to_try_again() if error.code == 429 else ""),
    }.get(error.code, (_("This did not work"), _("The request could not be read. Please go back and try again.")))
    page = render_template("errors/error.html", heading=heading, advice=advice)
    response = Response(page, error.code)
    for name, value in error.get_headers():
        if name.lower() in ("retry-after", "allow"):
            response.headers[name] = value
    return response


def _when_to_try_again() -> str:
    return str(
        ngettext(
            "Please wait a minute, then try again. Nothing of yours is lost.",
            "Please wait %(num)s minutes, then try again. Nothing of yours is lost.",
            minutes_to_wait(),
        )
    )


def _unavailable(error: Exception) -> BaseResponse:
    """The database is away, or others hold what this request needs: it may well work in a moment."""
    if not errors.passes(error):
        return _unexpected(error)
    logs.log.error("database unavailable", exc_info=error)
    # Who is signed in stands in the database: neither the page nor its headers may ask for it.
    g._login_user = account_views.login.anonymous_user()
    page = render_template("errors/unavailable.html", number=g.get("request_id"))
    return Response(page, 503, headers={"Retry-After": "10"})


def _unexpected(error: Exception) -> BaseResponse:
    logs.log.error("unexpected", exc_info=error)
    db.session.rollback()
    page = render_template(
        "errors/error.html",
        heading=_("Something went wrong on our side"),
        advice=_("Nothing was changed. Please try again; if it happens again, tell us the number below."),
        number=g.get("request_id"),
    )
    return Response(page, 500)


def _headers(response: Response) -> Response:
    allowed = "; ".join(filter(None, (CONTENT_SECURITY_POLICY, g.get("also_allowed_content"))))
    response.headers.setdefault("Content-Security-Policy", allowed)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    is_behind_link = request.endpoint and _need_of(request.endpoint) is Need.LINK
    response.headers.setdefault("Referrer-Policy", "no-referrer" if is_behind_link else "same-origin")
    if is_behind_link or current_user.is_authenticated or "csrf_token" in session:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _need_of(endpoint: str) -> Need | None:
    from flask import current_app

    needs: dict[str, Need] = current_app.extensions["ranevents-needs"]
    return needs.get(endpoint)
