"""Rooms: blueprints whose every route says who may use it."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from flask import Blueprint
from werkzeug.routing import IntegerConverter, Map

View = Callable[..., Any]


class Need(Enum):
    """Who may use a route. Those of an event rank from READER to OWNER: each may do what those before it may."""

    PUBLIC = "public"
    LINK = "personal link"
    ORGANISER = "signed in"
    READER = "reader of the event"
    DESK = "desk of the event"
    EDITOR = "editor of the event"
    OWNER = "owner of the event"
    ADMINISTRATOR = "administrator"

    @property
    def of_event(self) -> bool:
        """Whether the right is one over a particular event."""
        return self in EVENT_RANKS


EVENT_RANKS = (Need.READER, Need.DESK, Need.EDITOR, Need.OWNER)


class UndeclaredRoute(Exception):
    """A route does not say who may use it: the application must not start."""


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: the id of a row. A number that no row can have is no address of ours, so a 404."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1, **options})


class Room(Blueprint):
    """A blueprint on which `needs` is a required argument of every route.

    An argument of an address that is called `event` (`/<event>/…`, a slug) reaches the view as the event itself:
    the guard looks it up and answers 404 to whom it does not concern.
    """

    def __init__(self, name: str, import_name: str, *, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.needs: dict[str, Need] = {}
        self.own_csrf: set[str] = set()

    def get(self, rule: str, *, needs: Need, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """A page or a file: changes nothing."""
        return self._declare(rule, needs, ["GET"], options)

    def post(self, rule: str, *, needs: Need, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """A button: one change."""
        return self._declare(rule, needs, ["POST"], options)

    def form(self, rule: str, *, needs: Need, **options: Any) -> Callable[[View], View]:
        """A page with a form, shown by GET and sent by POST.

        Its view's form checks the CSRF token itself, so that what was typed is still there when the token is stale.
        """
        return self._declare(rule, needs, ["GET", "POST"], options, own_csrf=True)

    def route(self, rule: str, **options: Any) -> Any:
        """Refused: a route without a need. Use get, post or form."""
        raise UndeclaredRoute(f"{self.name}: {rule} does not say who may use it; use get, post or form with needs=")

    def _declare(
        self, rule: str, needs: Need, methods: list[str], options: dict[str, Any], *, own_csrf: bool = False
    ) -> Callable[[View], View]:
        if needs.of_event and "<event>" not in rule and "<event>" not in (self.url_prefix or ""):
            raise UndeclaredRoute(f"{self.name}: {rule} needs a right over an event, but its address names none")

        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", view.__name__)
            self.needs[f"{self.name}.{endpoint}"] = needs
            if own_csrf:
                self.own_csrf.add(f"{self.name}.{endpoint}")
            self.add_url_rule(rule, endpoint, view, methods=methods, **options)
            return view

        return declare
