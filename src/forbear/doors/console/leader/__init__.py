"""A team leader's day: who works what, what needs a second person, how contacts were made."""
