"""The addresses of this area."""

from __future__ import annotations

from forbear.doors.console.places import Place, place
from forbear.doors.console.strategist import arms, comparisons, figures, law, modeller, overview, rows, versions

READERS = ("strategist", "compliance", "auditor")
WRITERS = ("strategist",)
DECIDERS = ("strategist", "compliance")
BOTH = ("GET", "POST")

PLACES: tuple[Place, ...] = (
    place("tables", overview.tables, "tables", READERS),
    place("tables/versions", overview.versions, "versions", READERS, BOTH),
    place("tables/trials", arms.trials, "trials", READERS),
    place("tables/law", law.law_tables, "law_tables", READERS),
    place("tables/law/<str:pack>/<str:group>/<str:file>", law.law_table, "law_table", READERS),
    place("tables/comparisons", comparisons.comparisons, "comparisons", READERS, BOTH),
    place("tables/comparisons/<int:number>", comparisons.comparison, "comparison", READERS),
    place("tables/releases/<int:release_id>", versions.decide, "release_decision", DECIDERS, ("POST",)),
    place("tables/drafts/<int:number>/check", versions.check, "draft_check", WRITERS, ("POST",)),
    place("tables/drafts/<int:number>/discard", versions.discard, "draft_discard", WRITERS, ("POST",)),
    place("tables/drafts/<int:number>/submit", versions.submit, "version_submit", WRITERS, ("POST",)),
    place("tables/drafts/<int:number>/figures", figures.figures, "figures", WRITERS, BOTH),
    place("tables/drafts/<int:number>/<slug:decision>/new-row", rows.new_row, "row_new", WRITERS, BOTH),
    place("tables/drafts/<int:number>/<slug:decision>/rows/<str:row_id>", rows.row, "row", WRITERS, BOTH),
    place("tables/drafts/<int:number>/<slug:decision>/model", modeller.model, "model", WRITERS, BOTH),
    place("tables/drafts/<int:number>/<slug:decision>/model.dmn", modeller.text, "model_text", WRITERS),
    place("tables/modeller/<str:file>", modeller.asset, "modeller_asset", WRITERS),
    place("tables/books/<str:key>", versions.playbook, "playbook", READERS),
    place("tables/books/<str:key>/<slug:decision>", overview.table, "table", READERS),
)
