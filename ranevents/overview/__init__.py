"""The overview: how an event stands, over all rooms below."""
