"""The places of this area: the worklist, people and their screens, calls and what is written down."""

from __future__ import annotations

from forbear.doors.console.collector import call, deeds, people, person, texts, worklist
from forbear.doors.console.places import Place, place

CALLERS = ("collector", "leader")
DESK = ("collector", "leader", "compliance")
READERS = (*DESK, "auditor")
WRITE = ("POST",)

PLACES: tuple[Place, ...] = (
    place("worklist", worklist.worklist, "worklist", CALLERS),
    place("worklist/next", worklist.onward, "worklist_next", CALLERS),
    place("worklist/filters", worklist.save, "worklist_filters", CALLERS, WRITE),
    place("worklist/skip/<str:person_id>", worklist.skip, "skip", CALLERS, WRITE),
    place("people", people.people, "people", READERS),
    place("people/<str:person_id>", person.person, "person", READERS),
    place("people/<str:person_id>/file", person.case_file, "case_file", READERS),
    place("people/<str:person_id>/texts", texts.texts, "person_texts", DESK),
    place("people/<str:person_id>/words", person.words, "person_words", READERS, WRITE),
    place("people/<str:person_id>/call", call.begin, "call_begin", CALLERS, WRITE),
    place("people/<str:person_id>/calls/<str:contact_id>", call.call, "call", CALLERS, ("GET", "POST")),
    place("people/<str:person_id>/note", deeds.write_note, "person_note", DESK, WRITE),
    place("people/<str:person_id>/hold", deeds.hold, "person_hold", DESK, WRITE),
    place("people/<str:person_id>/dispute", deeds.dispute, "person_dispute", DESK, WRITE),
    place("people/<str:person_id>/complaint", deeds.complaint, "person_complaint", DESK, WRITE),
    place("people/<str:person_id>/message", deeds.message, "person_message", DESK, WRITE),
    place("people/<str:person_id>/offer", deeds.offer, "person_offer", CALLERS, WRITE),
)
