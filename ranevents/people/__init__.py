"""Persons: who somebody is, apart from any event."""
