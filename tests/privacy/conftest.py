"""The cast of these tests."""

from tests.registrations.conftest import editor, event, organiser, reader

__all__ = ["editor", "event", "organiser", "reader"]
