"""Handing messages to the relay."""

from flask_mail import Mail

mail = Mail()
