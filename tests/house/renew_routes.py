"""Write tests/house/routes.txt afresh: `make routes`. Read the difference before you commit it."""

from ranevents.app import create_app
from ranevents.config import Mode, load
from tests.house.test_routes import LIST, listed

LIST.write_text(listed(create_app(load(mode=Mode.TEST, DATABASE_URL="postgresql://nowhere/none"))))
