"""Series, their topics, events, and the public calendar."""
