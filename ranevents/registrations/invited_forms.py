"""The form of somebody whom the organiser has asked: filled in with what is known of them."""

from typing import Self

from ranevents.events.models import Capacity, Event
from ranevents.people.models import Person
from ranevents.registrations.forms import RegistrationForm, known_of
from ranevents.registrations.upload_forms import keep_files

__all__ = ["InvitedForm", "keep_files"]


class InvitedForm(RegistrationForm):
    """The registration form of an event, for one person who comes in one capacity."""

    @classmethod
    def of(cls, event: Event, person: Person, capacity: Capacity) -> Self:
        """The form with the person's particulars in it, asking what people of that capacity are asked."""
        form = cls(event=event, capacity=capacity, data=known_of(person))
        if not form.is_submitted():
            form.language.data = person.language
        return form
