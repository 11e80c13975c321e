"""Does the doctor look at what letters are set with?"""

from __future__ import annotations

from forbear.day.wiring.doctor import examine, fonts_are_there
from forbear.dispatch.channels.letter.settings import FONT_FOLDERS
from forbear.kernel.clock import SystemClock


def test_fonts_for_letters_are_looked_for(records, tmp_path):
    """Where there are none it says what to install; and every examination has the check."""
    assert fonts_are_there([str(tmp_path)]).severity == "warning"
    there = fonts_are_there(FONT_FOLDERS)
    found = {check.name: check for check in examine(records, SystemClock())}
    assert found["fonts"] == there
