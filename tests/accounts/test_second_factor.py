"""Signing in with a second factor, and looking after it."""

import re
from datetime import timedelta

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from ranevents.accounts import factor_queries, queries
from ranevents.accounts.factor_models import AuthenticatorApp, RecoveryCode
from ranevents.accounts.models import Role, User
from ranevents.cli import main
from ranevents.config import SecondFactorFor
from ranevents.core import audit, clock
from ranevents.core.db import db
from ranevents.events.states import EventState
from ranevents.mailing.models import Message
from tests import builders
from tests.accounts.cast import ANOTHER, PASSWORD, an_organiser, is_signed_in, sign_in
from tests.builders import SECRET
from tests.client import Client, Page
from tests.conftest import Clock
from tests.house.world import routes
from tests.queue import work  # noqa: F401 - TODO
