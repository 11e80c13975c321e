"""What the law allows: the gate, its verdicts, and what they rest on."""

from forbear.compliance.gate import CountWindow, Gate, Verdict, load_gate
from forbear.compliance.pack import PACKS_FOLDER, LawPack, read_pack

__all__ = ["PACKS_FOLDER", "CountWindow", "Gate", "LawPack", "Verdict", "load_gate", "read_pack"]
