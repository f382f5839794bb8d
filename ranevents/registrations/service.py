"""The verbs."""

from typing import Any


def call_off_all(event: Any, **told: Any) -> None:
    """…"""


def offer_free_places(event: Any, **told: Any) -> None:
    """…"""


def tell_of_changes(event: Any, **told: Any) -> None:
    """…"""
