"""One-time codes of authenticator apps (TOTP, RFC 6238: SHA-1, six digits, thirty seconds, as every app knows them)."""

from base64 import b32encode
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

from ranevents.core import tokens

SECONDS = 30
DRIFT = 1
"""How many steps a phone's clock may be ahead or behind (RFC 6238, 5.2)."""


def new_secret() -> str:
    """A secret of 160 bits (RFC 4226, section 4) in base32, as apps want it."""
    return b32encode(bytes.fromhex(tokens.secret())[:20]).decode()


def matching_step(secret: str, typed: str, at: datetime, *, after: int = 0) -> int | None:
    """The time step whose code was typed, among those near `at` and later than `after`; None where there is none."""
    digits = "".join(typed.split()).encode("utf-8", "surrogatepass")
    now = int(at.timestamp()) // SECONDS
    codes = pyotp.TOTP(secret, interval=SECONDS)
    near = range(now - DRIFT, now + DRIFT + 1)
    fitting = [step for step in near if compare_digest(codes.generate_otp(step).encode(), digits)]
    return next((step for step in fitting if step > after), None)


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says: the otpauth address that apps read."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def picture(said: str) -> str:
    """A QR code as the address of a picture: black on white in every colour scheme."""
    return str(segno.make(said, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff"))


def grouped(secret: str) -> str:
    """A secret as people type it off a screen."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
