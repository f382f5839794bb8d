"""The mail log."""

from ranevents.core.room import Room

ROOMS: list[Room] = []
