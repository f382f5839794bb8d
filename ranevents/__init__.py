"""Runs a Policy and Practice Event, from the first invitation to the published summary.

The floor plan, lowest floor first; a room imports only from rooms below it, and of those only their doors:

core           knows nothing of events: database, rooms and rights, states, clock, tokens, places, names, countries
mailing        the post office: messages, their wording, delivery, the mail log
accounts       organisers, sign-in, memberships
people         persons
events         series, topics, events, the public calendar
registrations  the form, places, approval, the waiting list, the personal page
demo           invented people and a local post box, for trying it all

Inside a room: states, rules, models, queries, mails, service, jobs, forms, views, lowest first (docs/architecture.md).
"""
