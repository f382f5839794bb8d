"""The minimal handler that docs/performance.md holds the registration against.

It validates a form with the fields of ours, takes a place by one conditional UPDATE, inserts a registration, a message
and a job, and commits. No audit trail, no waiting list, no limits, no languages, no double submission, no layout.
"""

import os

import procrastinate
import psycopg
from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect, FlaskForm
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from sqlalchemy import insert, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length

from ranevents.core import countries
from ranevents.people.models import Sector, Side


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
manager = JobManager(procrastinate.SyncPsycopgConnector())


@queue.task(name="deliver", queue="prompt")
def deliver() -> None:
    """Nobody does it: only its way into the queue is measured."""


class Pool(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    limit: Mapped[int]
    held: Mapped[int]


class Registration(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    latin_given_name: Mapped[str]
    latin_family_name: Mapped[str]
    form_of_address: Mapped[str]
    email: Mapped[str]
    organisation: Mapped[str]
    position: Mapped[str]
    country: Mapped[str]
    sector: Mapped[str]
    side: Mapped[str]
    language: Mapped[str]
    diet: Mapped[str]
    access_needs: Mapped[str]
    is_on_shared_list: Mapped[bool]
    allows_photographs: Mapped[bool]


class Message(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int]
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]


class RegistrationForm(FlaskForm):
    given_name = StringField("Given name", [InputRequired(), Length(max=120)])
    family_name = StringField("Family name", [InputRequired(), Length(max=120)])
    latin_given_name = StringField("Given name in Latin letters", [Length(max=120)])
    latin_family_name = StringField("Family name in Latin letters", [Length(max=120)])
    form_of_address = StringField("Form of address", [Length(max=60)])
    email = EmailField("E-mail address", [InputRequired(), Email()])
    organisation = StringField("Organisation", [InputRequired(), Length(max=200)])
    position = StringField("Position", [InputRequired(), Length(max=200)])
    country = SelectField("Country", choices=[(one.code, one.name) for one in countries.all_countries("en")])
    sector = SelectField("Sector", choices=[(one.value, one.value) for one in Sector])
    side = RadioField("Side", [InputRequired()], choices=[(one.value, one.value) for one in Side])
    language = SelectField("Language", choices=[("en", "English")])
    diet = TextAreaField("Diet", [Length(max=500)])
    access_needs = TextAreaField("Accessibility needs", [Length(max=1000)])
    is_on_shared_list = BooleanField("On the shared list")
    allows_photographs = BooleanField("Photographs may be published")


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Register</title></head>
<body><h1>Register</h1>
<form method="post">
{{ form.hidden_tag() }}
{% for field in form if field.widget.input_type != "hidden" %}
<p>{{ field.label }} {{ field() }}{% for error in field.errors %} <em>{{ error }}</em>{% endfor %}</p>
{% endfor %}
<button type="submit">Send</button>
</form></body></html>"""

MAIL = """Good day {{ given_name }} {{ family_name }},

you have a place. We look forward to meeting you.
"""

app = Flask(__name__)
app.config["SECRET_KEY"] = "a yardstick has no secrets"
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("YARDSTICK_DATABASE", "postgresql+psycopg://")
db.init_app(app)
CSRFProtect(app)


@app.route("/register", methods=["GET", "POST"])
def register() -> str | tuple[str, int]:
    form = RegistrationForm()
    if not form.validate_on_submit():
        return render_template_string(PAGE, form=form), 422 if form.errors else 200
    taken = db.session.execute(update(Pool).where(Pool.id == 1, Pool.held < Pool.limit).values(held=Pool.held + 1))
    if taken.rowcount != 1:
        return "All places are taken.", 409
    told = {name: value for name, value in form.data.items() if name != "csrf_token"}
    id = db.session.scalar(insert(Registration).values(told).returning(Registration.id))
    text = render_template_string(MAIL, **told)
    message = {"registration_id": id, "to": told["email"], "subject": "You have a place", "text": text}
    db.session.execute(insert(Message).values(message))
    raw = db.session.connection().connection.driver_connection
    JobDeferrer(job=deliver.configure().job, job_manager=manager, connection=raw).defer()
    db.session.commit()
    return "You have a place.", 201


def make_tables(address: str) -> None:
    """The yardstick's own tables, with the queue's beside them, and a pool that is never full."""
    with app.app_context():
        db.create_all()
        db.session.execute(insert(Pool).values(id=1, limit=100_000_000, held=0))
        db.session.commit()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(queue.schema_manager.get_schema())
