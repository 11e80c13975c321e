"""Who does what, when and where: the first room that sees both what is wanted and what is allowed."""
