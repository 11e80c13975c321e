"""Users, sessions, imports, runs, jobs, channels, retention."""
