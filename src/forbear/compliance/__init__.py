"""What the law allows: the gate, its verdicts, and what they rest on."""

from forbear.compliance.check import Problem, check_pack
from forbear.compliance.explanation import Explanation
from forbear.compliance.gate import CountWindow, Gate, Verdict, load_gate
from forbear.compliance.pack import PACKS_FOLDER, LawPack, read_pack
from forbear.compliance.pages import write_law_pages
from forbear.compliance.rendering import render_pack

__all__ = [
    "PACKS_FOLDER",
    "CountWindow",
    "Explanation",
    "Gate",
    "LawPack",
    "Problem",
    "Verdict",
    "check_pack",
    "load_gate",
    "read_pack",
    "render_pack",
    "write_law_pages",
]
