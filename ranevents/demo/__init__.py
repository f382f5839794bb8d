"""For trying it all: invented people, and a local post box whose mails are read in the browser."""
