"""Whatever is sent in: properties that hold for every input."""
