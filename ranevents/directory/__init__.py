"""The people whom an event's team knows: the directory, lists from spreadsheets, duplicates."""
