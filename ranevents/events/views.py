"""The public calendar, the event page, and the organiser's pages about events."""

from ranevents.core.room import Room

ROOMS: list[Room] = []
