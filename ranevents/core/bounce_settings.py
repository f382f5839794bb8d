"""The settings for mails that come back: all of them optional, none of them by halves."""

from typing import Self

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

LONGEST_LOCAL_PART = 64 - len("+") - 24
"""What a signed address leaves of the 64 octets that a local part may have (RFC 5321, 4.5.3.1.1)."""


class BounceSettings(BaseSettings):
    """To which address mails come back, and the mailbox in which the reports about them are found."""

    bounce_address: str = ""
    bounce_imap_host: str = ""
    bounce_imap_port: int = Field(default=993, ge=1, le=65535)
    bounce_imap_user: str = ""
    bounce_imap_password: str = ""
    bounce_imap_folder: str = "INBOX"

    @field_validator("bounce_address")
    @classmethod
    def _bounce_address_leaves_room(cls, value: str) -> str:
        if not value:
            return value
        try:
            found = validate_email(value, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError as error:
            raise ValueError(str(error)) from error
        if len(found.local_part) > LONGEST_LOCAL_PART:
            raise ValueError(
                f"must have at most {LONGEST_LOCAL_PART} letters before the @: each mail's own sign is added"
            )
        return f"{found.local_part}@{found.ascii_domain}"

    @field_validator("bounce_imap_folder")
    @classmethod
    def _folder_is_one_name(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError("must be in plain letters, as the mail server itself writes the name")
        return value

    @model_validator(mode="after")
    def _mailbox_can_be_opened(self) -> Self:
        if self.bounce_imap_host and not (self.bounce_imap_user and self.bounce_imap_password):
            raise ValueError(
                "RANEVENTS_BOUNCE_IMAP_HOST needs RANEVENTS_BOUNCE_IMAP_USER and RANEVENTS_BOUNCE_IMAP_PASSWORD, too"
            )
        return self
