"""Complaints, conduct, agencies, audit, evidence: whether what was done was right."""
