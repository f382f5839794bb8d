"""Pages of registrations."""

from ranevents.core.room import Room

ROOMS: list[Room] = []
