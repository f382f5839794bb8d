"""Who is asked to an event, by personal link, and what they answered."""
