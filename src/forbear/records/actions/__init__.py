"""Every write is an action: one transaction in somebody's name, told to the audit."""
