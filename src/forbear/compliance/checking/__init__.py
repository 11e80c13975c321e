"""Is a law sound? Found before it runs: by looking at its files, and by proof over all proposals."""

from forbear.compliance.checking.check import check_law, check_pack
from forbear.compliance.checking.problem import Problem

__all__ = ["Problem", "check_law", "check_pack"]
