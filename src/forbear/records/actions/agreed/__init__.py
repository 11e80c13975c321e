"""What was agreed with a person: a promise to pay, the hour of a call."""
