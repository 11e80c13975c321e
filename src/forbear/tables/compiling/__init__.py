"""From definitions to columns."""
