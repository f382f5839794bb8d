"""What the demo says when its pages are there."""

from datetime import date

from ranevents.core import clock
from ranevents.demo import programme, team

DAYS_FRESH = 14


def text(base_url: str, password: str, built_on: date | None, invited: str) -> str:
    """Where to look and how to sign in, and plainly that the people are invented.

    `invited` is the token of an invitation that awaits its answer; empty where there is none.
    """
    ahead = programme.to_come(built_on or clock.now().date())
    others = ", ".join(email for email, _name in team.OTHERS.values())
    return "\n".join(
        (
            "",
            "ranevents is running. Every person and organisation in it is invented, and no mail leaves this machine.",
            "",
            f"  Calendar         {base_url}/",
            f"  Open event       {base_url}/events/{ahead.open.slug}   register here, under any name",
            f"  Full event       {base_url}/events/{ahead.full.slug}   here you would join the waiting list",
            f"  Post box         {base_url}/demo/mails   every mail that was sent, yours too",
            *([f"  An invitation    {base_url}/i/{invited}   answer it as the one who was asked"] if invited else []),
            f"  Sign in          {base_url}/sign-in",
            f"    owner          {team.OWNER}   (administrator, too)",
            f"    others         {others}",
            f"    password       {password}   (the same for all)",
            f"  Guest list       {base_url}/organise/events/{ahead.open.slug}/guests   once you have signed in",
            f"  List to import   {base_url}/demo/guests.xlsx   some of its rows have to be corrected first",
            "",
            *_age(built_on),
            "Ctrl-C stops it. What you do here is kept for the next start.",
            "",
        )
    )


def _age(built_on: date | None) -> tuple[str, ...]:
    """Dates count from the day on which the world was built: after a while, what was to come has gone by."""
    days = (clock.now().date() - built_on).days if built_on else 0
    if days == 0:
        return ()
    note = f"This world was built on {built_on:%d %B %Y}; its dates count from that day."
    advice = " For dates that count from today: ranevents demo --fresh" if days >= DAYS_FRESH else ""
    return (note + advice, "")
