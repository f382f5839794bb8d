"""The demo's post box."""

from ranevents.core.room import Room

ROOMS: list[Room] = []
