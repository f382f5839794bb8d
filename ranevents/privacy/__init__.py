"""Privacy: what is kept about whom and until when, erasure, the purge."""
