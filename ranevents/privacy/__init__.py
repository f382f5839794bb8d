"""Privacy in the hand of the person and the organiser: what is held, withdrawal, erasure, how long what is kept."""
