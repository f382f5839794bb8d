"""`python -m ranevents` is the `ranevents` command."""

from ranevents.cli import main

main()
