"""Registrations: the public form, places, approval, the waiting list, the personal page."""
