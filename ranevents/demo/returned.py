"""Reports that mails could not be delivered, as the mail server of a recipient writes them (RFC 3464)."""

from collections.abc import Sequence

from sqlalchemy import select

from ranevents.core.db import db
from ranevents.invitations.models import Invitation
from ranevents.mailing import bounce_service
from ranevents.mailing.models import Message

_REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mail.example.net>
To: events@ranevents.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown: there is no such mailbox here

--part
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--part--
"""


def come_back(invitations: Sequence[Invitation]) -> None:
    """The mails of these invitations come back: nobody has such an address."""
    for invitation in invitations:
        key = f"invitation:{invitation.id}:sent:{invitation.link_version}"
        message = db.session.scalars(select(Message).where(Message.key == key)).one()
        report = _REPORT.format(to=message.to_address, message_id=message.message_id)
        bounce_service.take_in(report.encode())
