"""The post office: messages from request to outcome, their wording, their delivery, and the mail log."""
