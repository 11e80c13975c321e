"""Where staff work all day: the pages of collectors, team leaders, compliance officers, strategists, auditors and administrators."""
