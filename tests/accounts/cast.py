"""Who plays in the tests of this room."""

from ranevents.accounts import passwords
from ranevents.accounts.models import User
from ranevents.core.db import db
from tests.builders import a_user
from tests.client import Client, Page

PASSWORD = "three otters by the river"
PASSWORD_HASH = passwords.hash_of(PASSWORD)
ANOTHER = "seven herons on the shore"


def an_organiser(**given: object) -> User:
    """Elena, who has a password."""
    user = a_user(**{"email": "elena@example.org", "name": "Elena", "password_hash": PASSWORD_HASH, **given})
    db.session.commit()
    return user


def sign_in(client: Client, email: str = "elena@example.org", password: str = PASSWORD, **fields: str) -> Page:
    return client.submit(client.get("/sign-in"), email=email, password=password, follow=False, **fields)


def is_signed_in(client: Client) -> bool:
    return client.get("/account", follow=False).status == 200
