"""Questions: what an event asks beside the particulars, composed by its organisers, and the form they make."""
