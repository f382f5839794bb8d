"""Organisers: sign-in, passwords, memberships of events."""
