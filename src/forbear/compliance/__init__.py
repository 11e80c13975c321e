"""What the law allows: the gate, its verdicts, and what they rest on."""

from forbear.compliance.checking import Problem, check_law, check_pack
from forbear.compliance.explanation import Explanation
from forbear.compliance.gate import CountWindow, Gate, Verdict, gate_of, load_gate
from forbear.compliance.law import covered_from, read_law
from forbear.compliance.pack import MAY_ACT, PACKS_FOLDER, REFUSED, VERDICTS, LawPack, pack_names, read_pack
from forbear.compliance.pages import write_law_pages
from forbear.compliance.rendering import render_pack

__all__ = [
    "MAY_ACT",
    "PACKS_FOLDER",
    "REFUSED",
    "VERDICTS",
    "CountWindow",
    "Explanation",
    "Gate",
    "LawPack",
    "Problem",
    "Verdict",
    "check_law",
    "check_pack",
    "covered_from",
    "gate_of",
    "load_gate",
    "pack_names",
    "read_law",
    "read_pack",
    "render_pack",
    "write_law_pages",
]
