"""An event's audit trail in words that people read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.accounts import queries
from ranevents.accounts.models import Role
from ranevents.core.audit import ActorKind, AuditEntry
from ranevents.core.paging import Page

WORDS: Mapping[tuple[str, str], Any] = {
    ("memberships", "join"): _l("%(member)s joined the team as %(role)s"),
    ("memberships", "change_role"): _l("%(member)s changed from %(before)s to %(role)s"),
    ("memberships", "leave"): _l("%(member)s left the team (was %(role)s)"),
    ("events", "create"): _l("Event created"),
    ("events", "edit"): _l("Event changed: %(fields)s"),
    ("events", "keep_longer"): _l(
        "Last day moved from %(before)s to %(after)s: what is kept about people goes later by as many days"
    ),
    ("events", "set_aims"): _l("Aims for the mix of people set: %(aims)s"),
    ("events", "publish"): _l("Event published"),
    ("events", "cancel"): _l("Event cancelled"),
    ("events", "finish"): _l("Event finished"),
    ("events", "archive"): _l("Event archived"),
    ("events", "forget_special_data"): _l("Diet and accessibility needs deleted; registrations: %(registrations)s"),
    ("events", "forget_answers"): _l("Answers whose time was over deleted: %(answers)s"),
    ("events", "forget_mails"): _l("Content of mails whose time was over deleted: %(mails)s"),
    ("events", "forget_letters"): _l("Letters whose time was over deleted: %(letters)s"),
    ("events", "forget_persons"): _l("Persons whose time was over erased; registrations: %(registrations)s"),
    ("events", "forget_guests"): _l("Guests whose time was over erased: %(guests)s"),
    ("events", "set_schedule"): _l(
        "Data are kept for so many days after the event: special needs %(special)s, registrations without a place"
        " %(ended)s, mails %(mails)s, particulars %(particulars)s"
    ),
    ("events", "copy_questions"): _l("Questions copied from another event: %(questions)s"),
    ("question_sections", "create"): _l("Section “%(title)s” added to the form"),
    ("question_sections", "edit"): _l("Section “%(title)s” changed: %(fields)s"),
    ("question_sections", "move"): _l("Section “%(title)s” moved"),
    ("question_sections", "remove"): _l("Section “%(title)s” removed from the form"),
    ("questions", "create"): _l("Question “%(label)s” added"),
    ("questions", "edit"): _l("Question “%(label)s” changed: %(fields)s"),
    ("questions", "move"): _l("Question “%(label)s” moved"),
    ("questions", "take_out"): _l("Question “%(label)s” taken out of the form"),
    ("questions", "ask_again"): _l("Question “%(label)s” asked again"),
    ("registrations", "confirm"): _l("Registration %(number)s confirmed"),
    ("registrations", "receive"): _l("Registration %(number)s received, awaiting approval"),
    ("registrations", "park"): _l("Registration %(number)s put on the waiting list"),
    ("registrations", "reject"): _l("Registration %(number)s not accepted"),
    ("registrations", "offer"): _l("Registration %(number)s offered a place"),
    ("registrations", "accept"): _l("Registration %(number)s accepted the place"),
    ("registrations", "decline"): _l("Registration %(number)s declined the place"),
    ("registrations", "lapse"): _l("Registration %(number)s let the offer lapse"),
    ("registrations", "cancel"): _l("Registration %(number)s cancelled"),
    ("registrations", "call_off"): _l("Registration %(number)s cancelled with the event"),
    ("registrations", "change"): _l("Registration %(number)s changed: %(fields)s"),
    ("registrations", "come_as"): _l("Registration %(number)s comes in another capacity"),
    ("questions", "seal_answers"): _l("Answers to question %(number)s encrypted: %(answers)s"),
    ("registrations", "withdraw"): _l("Registration %(number)s: a consent withdrawn"),
    ("registrations", "erase"): _l("Registration %(number)s: personal data erased"),
    ("erasures", "ask"): _l("Request %(number)s for erasure received"),
    ("erasures", "erase"): _l("Request %(number)s for erasure granted"),
    ("erasures", "decline"): _l("Request %(number)s for erasure declined"),
    ("erasures", "withdraw"): _l("Request %(number)s for erasure withdrawn"),
    ("events", "add_guest"): _l("One person put on the guest list"),
    ("events", "take_off_guest"): _l("One person taken off the guest list"),
    ("events", "bring_guests"): _l("People brought from another event onto the guest list: %(guests)s"),
    ("events", "cap_answer_dates"): _l("Answer-by dates moved to the beginning of the event: %(invitations)s"),
    ("events", "export_guests"): _l("Guest list exported: %(kind)s, rows: %(guests)s"),
    ("events", "add_reminder"): _l("Reminder set up: %(days)s days before the answer-by date"),
    ("events", "remove_reminder"): _l("Reminder removed: %(days)s days before the answer-by date"),
    ("events", "export"): _l(
        "List exported: %(kind)s, rows: %(registrations)s, columns: %(columns)s, special data: %(special)s"
    ),
    ("events", "import_people"): _l("List imported; new persons: %(new)s, known: %(known)s, updated: %(changed)s"),
    ("circulars", "send"): _l("Mail to many %(number)s sent; recipients: %(recipients)s"),
    ("invitations", "draft"): _l("Invitation %(number)s prepared"),
    ("invitations", "send"): _l("Invitation %(number)s sent"),
    ("invitations", "accept"): _l("Invitation %(number)s accepted"),
    ("invitations", "decline"): _l("Invitation %(number)s declined"),
    ("invitations", "expire"): _l("Invitation %(number)s: the date passed without an answer"),
    ("invitations", "extend"): _l("Invitation %(number)s: more time given"),
    ("invitations", "replace"): _l("Invitation %(number)s: replaced by a substitute"),
    ("invitations", "revoke"): _l("Invitation %(number)s withdrawn"),
    ("invitations", "ask_again"): _l("Invitation %(number)s: asked again"),
    ("invitations", "remind"): _l("Invitation %(number)s: reminder sent"),
    ("invitations", "correct_address"): _l("Invitation %(number)s: e-mail address corrected"),
    ("invitations", "hold_back"): _l("Invitation %(number)s could not go out at its time, and waits"),
    ("invitations", "bounce"): _l("Invitation %(number)s: its mail came back"),
    ("invitations", "propose_substitute"): _l("Invitation %(number)s: a substitute proposed"),
    ("invitations", "erase"): _l("Invitation %(number)s: personal data erased"),
    ("letters", "issue"): _l("Letter %(number)s issued"),
    ("letters", "send"): _l("Letter %(number)s sent"),
    ("letters", "withdraw"): _l("Letter %(number)s withdrawn"),
    ("substitutes", "approve"): _l("Substitute %(number)s approved"),
    ("substitutes", "refuse"): _l("Substitute %(number)s not accepted"),
    ("persons", "change"): _l("Particulars changed: %(fields)s"),
    ("persons", "tell_apart"): _l("Judged to be somebody else than the entry with number %(other)s"),
    ("persons", "merge"): _l("Merged with another entry (number %(merged)s)"),
    ("own_texts", "save"): _l("Own text of a mail saved: version %(version)s, language %(language)s"),
    ("own_texts", "take_standard"): _l("Standard text of a mail taken again: language %(language)s"),
    ("registrations", "ask"): _l("Registration %(number)s: named, and asked to fill in the form"),
    ("registrations", "complete"): _l("Registration %(number)s: form filled in by the person"),
    ("registrations", "substitute"): _l("Registration %(number)s replaced by somebody else"),
    ("registrations", "take_over"): _l("Registration %(number)s took over a place"),
    ("events", "settle_delegations"): _l("Rules for delegations set"),
    ("delegations", "set_up"): _l("Delegation %(number)s set up; places: %(limit)s"),
    ("delegations", "resize"): _l("Delegation %(number)s: quota set to %(limit)s"),
    ("delegations", "move_deadline"): _l("Delegation %(number)s: deadline changed"),
    ("delegations", "ask"): _l("Delegation %(number)s: focal points asked: %(asked)s"),
    ("delegations", "name"): _l("Delegation %(number)s: first member named"),
    ("delegations", "submit"): _l("Delegation %(number)s submitted"),
    ("delegations", "confirm"): _l("Delegation %(number)s confirmed"),
    ("delegations", "return"): _l("Delegation %(number)s returned to its focal points"),
    ("delegations", "withdraw"): _l("Delegation %(number)s withdrawn"),
    ("delegations", "resume"): _l("Delegation %(number)s taken up again"),
    ("focal_points", "appoint"): _l("Focal point %(number)s appointed"),
    ("focal_points", "dismiss"): _l("Focal point %(number)s dismissed"),
    ("focal_points", "send_link"): _l("Focal point %(number)s: link sent again"),
    ("focal_points", "remind"): _l("Focal point %(number)s: reminder sent"),
    ("nominations", "name"): _l("Nomination %(number)s made"),
    ("nominations", "queue"): _l("Nomination %(number)s waits for the organiser"),
    ("nominations", "grant"): _l("Nomination %(number)s granted"),
    ("nominations", "refuse"): _l("Nomination %(number)s not accepted"),
    ("nominations", "withdraw"): _l("Nomination %(number)s withdrawn"),
    ("nominations", "come_as"): _l("Nomination %(number)s comes in another capacity"),
    ("delegation_requests", "write"): _l("Request %(number)s of a focal point received"),
    ("delegation_requests", "answer"): _l("Request %(number)s of a focal point answered"),
    ("delegation_requests", "grant"): _l("Request %(number)s of a focal point granted"),
    ("delegation_requests", "refuse"): _l("Request %(number)s of a focal point not granted"),
    ("credentials", "accept"): _l("Letter of credentials %(number)s accepted"),
    ("credentials", "return"): _l("Letter of credentials %(number)s returned"),
    ("messages", "send_again"): _l("Mail %(number)s sent again"),
    ("messages", "cancel"): _l("Mail %(number)s kept from being sent"),
}
"""Each step that the trail of an event may hold, by the table of its record and its name."""

KINDS: Mapping[str, Any] = {
    "events": _l("The event"),
    "registrations": _l("Registrations"),
    "invitations": _l("Invitations"),
    "substitutes": _l("Substitutes"),
    "letters": _l("Letters"),
    "delegations": _l("Delegations"),
    "focal_points": _l("Focal points"),
    "nominations": _l("Nominations"),
    "delegation_requests": _l("Requests of focal points"),
    "credentials": _l("Letters of credentials"),
    "messages": _l("Mails"),
    "circulars": _l("Mails to many"),
    "own_texts": _l("Texts of mails"),
    "question_sections": _l("Sections of the form"),
    "questions": _l("Questions"),
    "erasures": _l("Requests for erasure"),
    "memberships": _l("The team"),
}
"""The kinds of records that the trail may be filtered by."""

PAGES: Mapping[str, str] = {
    "registrations": "registrations",
    "messages": "mails",
    "invitations": "invitations",
    "delegations": "delegations",
}
"""Where the records of a kind have pages of their own, below the event's."""

FIELDS: Mapping[str, Any] = {
    "series_id": _l("series"),
    "title": _l("title"),
    "slug": _l("address"),
    "theme": _l("theme"),
    "description": _l("description"),
    "host": _l("host"),
    "city": _l("city"),
    "country": _l("country"),
    "venue": _l("venue"),
    "time_zone": _l("time zone"),
    "first_on": _l("first day"),
    "last_on": _l("last day"),
    "format": _l("format"),
    "capacity": _l("places"),
    "is_by_invitation": _l("by invitation"),
    "is_by_delegation": _l("by delegation"),
    "is_open": _l("open to registration"),
    "needs_approval": _l("approval of registrations"),
    "offer_hours": _l("hours to take an offered place"),
    "registration_opens_at": _l("opening of registration"),
    "registration_closes_at": _l("closing of registration"),
    "languages": _l("languages"),
    "contact_address": _l("contact address"),
    "privacy_notice": _l("privacy notice"),
    "given_name": _l("given name"),
    "family_name": _l("family name"),
    "latin_given_name": _l("given name in Latin letters"),
    "latin_family_name": _l("family name in Latin letters"),
    "form_of_address": _l("form of address"),
    "other_spellings": _l("other spellings of the name"),
    "email": _l("e-mail address"),
    "organisation": _l("organisation"),
    "position": _l("position"),
    "sector": _l("sector"),
    "side": _l("policy or practice"),
    "language": _l("language"),
    "diet": _l("diet"),
    "access_needs": _l("accessibility needs"),
    "is_on_shared_list": _l("consent to the shared list"),
    "allows_photographs": _l("consent to photographs"),
    "replies": _l("answers to the event's questions"),
    "kind": _l("kind"),
    "labels": _l("wording"),
    "hints": _l("hint"),
    "purposes": _l("purpose"),
    "options": _l("answers to choose from"),
    "lowest": _l("lower bound"),
    "highest": _l("upper bound"),
    "decimals": _l("digits after the point"),
    "is_required": _l("whether it must be answered"),
    "capacities": _l("who is asked"),
    "condition": _l("when it is asked"),
    "sensitivity": _l("sensitivity"),
    "kept_days": _l("how long answers are kept"),
    "titles": _l("title"),
    "introductions": _l("introduction"),
}
"""What was changed, where an entry names the fields: of an event or a question, and of what people send in."""


@dataclass(frozen=True)
class Line:
    """One line of the trail: when, who, what, why."""

    at: datetime
    who: str
    what: str
    why: str
    page: str
    """Which page below the event's own shows the record, such as 'registrations/42'; '' where none does."""


NamesOf = Callable[[Collection[int]], Mapping[int, str]]
_names_of: dict[str, NamesOf] = {}


def declare(names_of: Mapping[str, NamesOf]) -> None:
    """Set what organisers know the records of a kind by; one that is gone is told by its number."""
    _names_of.update(names_of)


def lines(page: Page[AuditEntry]) -> list[Line]:
    """The entries of one page in words; as many statements, however many entries."""
    return lines_of(page.rows)


def lines_of(entries: Iterable[AuditEntry]) -> list[Line]:
    """Some entries in words, in their order; one statement, and one for each kind of record that has names."""
    entries = list(entries)
    names = queries.names_of({int(entry.details["user_id"]) for entry in entries if "user_id" in entry.details})
    told = _records(entries)
    return [Line(entry.at, _who(entry), _what(entry, names, told), entry.why, _page(entry)) for entry in entries]


def _records(entries: Iterable[AuditEntry]) -> dict[tuple[str, int], str]:
    """What the records are known by, by their table and id."""
    ids: dict[str, set[int]] = {}
    for entry in entries:
        if entry.record_type in _names_of:
            ids.setdefault(entry.record_type, set()).add(entry.record_id)
    return {(kind, id): name for kind, some in ids.items() for id, name in _names_of[kind](some).items()}


def _page(entry: AuditEntry) -> str:
    folder = PAGES.get(entry.record_type)
    return f"{folder}/{entry.record_id}" if folder else ""


def _who(entry: AuditEntry) -> str:
    if entry.actor_kind is ActorKind.SYSTEM:
        return str(_("The system"))
    return str(_("By personal link or form")) if entry.actor_kind is ActorKind.PERSON else entry.actor_label


def _what(entry: AuditEntry, names: Mapping[int, str], records: Mapping[tuple[str, int], str]) -> str:
    words = WORDS.get((entry.record_type, entry.step))
    if words is None:
        return f"{entry.record_type} {entry.record_id}: {entry.step}".replace("_", " ")
    member = names.get(int(entry.details.get("user_id", 0)), str(_("Somebody")))
    roles = {part: Role(entry.details[part]).label for part in ("role", "before") if _is_role(entry.details.get(part))}
    fields = [str(FIELDS.get(name, name)) for name in entry.details.get("fields", "").split(", ")]
    number = records.get((entry.record_type, entry.record_id), entry.record_id)
    told = {**entry.details, "number": number, "member": member, "fields": ", ".join(fields), **roles}
    return str(words) % told


def _is_role(value: str | None) -> bool:
    return value in {role.value for role in Role}
