"""The one place where real parts are joined to the day: database, channels, clock, queue."""
