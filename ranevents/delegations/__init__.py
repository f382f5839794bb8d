"""Who comes for a country, an institution or an organisation: quotas, focal points, nominations."""
