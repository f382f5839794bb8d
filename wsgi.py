"""The WSGI entry: `gunicorn wsgi:app` in a checkout, `gunicorn 'ranevents.app:create_app()'` from the wheel."""

from ranevents.app import create_app

app = create_app()
