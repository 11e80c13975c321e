"""Is every call on the list once and in its time, and is what came of it read row by row?"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from counterparts import Ear
from counterparts.shared_folder import Partner

from forbear.book.schema import CONTACTS
from forbear.dispatch import Inbound, Message, Receipt, read_disposition
from forbear.dispatch.channels.folder import Intake
from forbear.dispatch.channels.folder.intake import REJECT_COLUMNS
from forbear.dispatch.channels.phone import PhoneChannel, PhoneSettings
from forbear.dispatch.channels.phone.channel import STATUSES
from forbear.dispatch.disposition import COLUMNS, RESULTS
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError, OutputError

AT = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
NOON = AT + timedelta(hours=2)


def a_call(until=NOON, to="+8613800138000", **fields) -> Message:
    return Message(uuid4().hex, "voice_agent", to, "zh_CN", "还款提醒", "您好。", until, fields)


def a_row(call_id: str, result: str = "conversation", **more) -> dict[str, object]:
    return {
        "call_id": call_id,
        "started_at": "2026-03-05T09:30:00+08:00",
        "duration_seconds": "65",
        "result": result,
        **more,
    }


@pytest.fixture
def clock() -> FixedClock:
    """Ten in the morning in Shanghai."""
    return FixedClock(AT)


@pytest.fixture
def partner(tmp_path) -> Partner:
    """The dialler's side of the folder."""
    return Partner(tmp_path)


@pytest.fixture
def phone(partner, clock, ear: Ear):
    """An open channel whose folder is looked through only when a test asks."""
    channel = PhoneChannel(PhoneSettings(partner.root, look_seconds=3600), clock)
    channel.open(ear)
    yield channel
    channel.close()


def test_an_entry_says_who_when_and_what_and_nothing_else(phone, partner):
    """The call may begin at the instant that the message says, and not after its end."""
    message = a_call(from_at="2026-03-05T11:00:00+08:00", duties="record", name="张小一")
    assert phone.deliver(message).status == "accepted"
    (entry,) = partner.take()
    assert entry == {
        "call_id": message.message_id,
        "number": "+8613800138000",
        "language": "zh_CN",
        "from_at": "2026-03-05T03:00:00+00:00",
        "until_at": "2026-03-05T04:00:00+00:00",
        "subject": "还款提醒",
        "script": "您好。",
        "fields": {"duties": "record", "name": "张小一"},
    }


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (a_call(to="13800138000"), "bad_address"),
        (a_call(to="=cmd()"), "bad_address"),
        (a_call(from_at="2026-03-05T12:00:00+08:00"), "bad_window"),
        (a_call(from_at="2026-03-05T11:00:00"), "bad_window"),
        (a_call(from_at="noon"), "bad_window"),
        (a_call(until=AT), "expired"),
    ],
)
def test_a_call_that_could_not_be_made_is_refused(phone, partner, message, reason):
    """No number, no window, no time left."""
    receipt = phone.deliver(message)
    assert (receipt.status, receipt.reason) == ("refused", reason)
    assert partner.take() == []


def test_a_call_whose_time_is_over_is_off_the_list(phone, partner, clock, ear):
    """Not taken: it is gone and told as never made. Taken: the dialler finds its id among those withdrawn."""
    waiting, taken, done = a_call(), a_call(), a_call()
    for message in (taken, done):
        phone.deliver(message)
    partner.take()
    partner.bring([a_row(done.message_id)])
    phone.deliver(waiting)
    phone.look()
    clock.move_to(NOON - timedelta(seconds=1))
    phone.look()
    assert phone.health().waiting_count == 1 and len(ear.receipts()) == 1
    clock.move_to(NOON)
    phone.look()
    phone.look()
    assert phone.health().waiting_count == 0 and partner.take()[2:] == []
    (receipt,) = ear.receipts(waiting.message_id)
    assert (receipt.status, receipt.reason) == ("undelivered", "expired")
    notes = {path.stem: json.loads(path.read_text()) for path in (partner.root / "withdrawn").iterdir()}
    assert {key: note["was_taken"] for key, note in notes.items()} == {
        waiting.message_id: False,
        taken.message_id: True,
    }
    assert "+86" not in json.dumps(notes)


def test_a_withdrawal_that_was_cut_off_is_finished_after_the_next_start(phone, partner, clock, ear):
    """The records were out of reach when it should have been told."""
    message = a_call()
    phone.deliver(message)
    clock.move_to(NOON)
    phone.close()

    def out_of_reach(report):
        raise ConnectionError

    cut_off = PhoneChannel(PhoneSettings(partner.root, look_seconds=3600), clock)
    cut_off._exchange.open()
    cut_off._hear = out_of_reach
    with pytest.raises(ConnectionError):
        cut_off.look()
    again = PhoneChannel(PhoneSettings(partner.root, look_seconds=3600), clock)
    again.open(ear)
    again.look()
    again.close()
    assert [each.reason for each in ear.receipts(message.message_id)] == ["expired"]


def test_what_came_of_a_call_is_told_with_all_that_the_book_asks(phone, partner, ear):
    """Right party, reason, attitude, and the digest of the recording as proof."""
    message, digest = a_call(), "ab" * 32
    phone.deliver(message)
    more = {"is_right_party": "true", "reason_code": "illness", "attitude": "willing", "recording_sha256": digest}
    partner.bring([a_row(message.message_id, **more)])
    assert phone.look() == Intake(files_count=1, rows_count=1, told_count=1)
    (receipt,) = ear.receipts()
    assert (receipt.status, receipt.reason, receipt.proof) == ("delivered", "conversation", digest)
    said = receipt.disposition
    assert said and said.is_right_party and (said.reason_code, said.attitude) == ("illness", "willing")
    assert (said.started_at, said.ended_at) == (AT - timedelta(minutes=30), receipt.at)


def test_a_call_made_after_its_time_is_told_and_says_so(phone, partner, clock, ear):
    """It happened, and may have been forbidden: it is not lost among the rejects."""
    message = a_call(until=AT + timedelta(minutes=5))
    phone.deliver(message)
    clock.move_to(NOON)
    partner.bring([a_row(message.message_id, started_at="2026-03-05T10:05:00+08:00")])
    phone.look()
    assert [each.detail for each in ear.receipts() if each.disposition] == ["after_its_time"]


def test_the_same_row_twice_is_one_and_another_of_the_same_call_is_set_aside(phone, partner, ear):
    """In one file and in two; which of two stories is true, a person must ask."""
    message = a_call()
    phone.deliver(message)
    row = a_row(message.message_id)
    partner.bring([row, row])
    partner.bring([row, {**row, "result": "busy"}])
    assert phone.look() == Intake(2, 0, 4, told_count=1, repeated_count=2, rejected_count=1)
    assert len(ear.receipts()) == 1
    (rejects,) = (partner.root / "rejects").iterdir()
    assert "row_changed" in rejects.read_text(encoding="utf-8-sig")


def test_a_row_is_told_again_when_nobody_could_hear_it(phone, partner, ear):
    """The records were out of reach: nothing is lost, and what was told before is not told again."""
    first, second = a_call(), a_call()
    for message in (first, second):
        phone.deliver(message)
    partner.bring([a_row(first.message_id), a_row(second.message_id)])

    def out_of_reach(report):
        if report.message_id == second.message_id:
            raise ConnectionError
        ear(report)

    phone._hear = out_of_reach
    with pytest.raises(ConnectionError):
        phone.look()
    phone._hear = ear
    assert phone.look() == Intake(1, 0, 2, told_count=1, repeated_count=1)
    assert [each.message_id for each in ear.receipts()] == [first.message_id, second.message_id]


def test_bad_rows_are_set_aside_with_their_place_and_good_ones_told(phone, partner, ear):
    """Each reject names file, row and column, and never what the cell held."""
    message = a_call()
    phone.deliver(message)
    path = partner.bring(
        [a_row("0" * 32), a_row(message.message_id, "=HYPERLINK()"), a_row(message.message_id, "busy")]
    )
    assert phone.look() == Intake(1, 0, 3, told_count=1, rejected_count=2)
    assert [each.reason for each in ear.receipts()] == ["busy"]
    (rejects,) = (partner.root / "rejects").iterdir()
    header, *rows = csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines())
    assert tuple(header) == REJECT_COLUMNS
    assert [row[:4] for row in rows] == [
        [path.name, "1", "call_id", "call_unknown"],
        [path.name, "2", "result", "row_unreadable"],
    ]
    assert "HYPERLINK" not in rejects.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("call_id,结果\n".encode("gbk"), "UTF-8"),
        (b"call_id,result\nx,busy\n", "lacks a column"),
        (b"call_id,started_at,duration_seconds,result,=A1\n", "too many"),
        (b"call_id,call_id,started_at,duration_seconds,result\n", "too many"),
        (b'call_id,started_at,duration_seconds,result\n"', "no CSV"),
        (b"", "lacks a column"),
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_whole(phone, partner, content, words):
    """With the reason beside it, in which no cell is a formula."""
    path = partner.bring_bytes(content)
    assert phone.look() == Intake(files_count=1, bad_files_count=1)
    assert not path.exists() and (partner.root / "rejects" / path.name).read_bytes() == content
    reason = (partner.root / "rejects" / f"{path.stem}.rejects.csv").read_text(encoding="utf-8-sig")
    assert words in reason
    cells = [cell for row in csv.reader(reason.splitlines()) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_a_row_with_too_few_or_too_many_cells_is_set_aside(phone, partner):
    header = b"call_id,started_at,duration_seconds,result\n"
    partner.bring_bytes(header + b"x,2026-03-05T09:30:00+08:00,1\nx,2026-03-05T09:30:00+08:00,1,busy,more\n")
    assert phone.look() == Intake(1, 0, 2, rejected_count=2)


def test_a_call_that_the_person_made_is_heard(phone, partner, ear):
    partner.bring(
        [a_row("d-77", direction="in", from_number="+8613800138000", is_right_party="yes", note="请给我减免")]
    )
    phone.look()
    (heard,) = ear.inbound()
    assert isinstance(heard, Inbound) and heard.disposition and heard.disposition.is_right_party
    assert (heard.from_value, heard.text, heard.inbound_id) == ("+8613800138000", "请给我减免", "d-77")


def test_a_folder_that_is_not_there_is_named(tmp_path, clock):
    """It is never made here: a share that is not mounted would be written beside."""
    with pytest.raises(OutputError) as caught:
        PhoneChannel(PhoneSettings(tmp_path / "missing"), clock).open(lambda report: None)
    assert caught.value.code == "folder_unusable" and "missing" in str(caught.value)


def test_what_is_old_is_forgotten(phone, partner):
    """Notes, withdrawals and files that were read; not the list."""
    message = a_call()
    phone.deliver(message)
    partner.bring([a_row(message.message_id)])
    phone.look()
    assert phone._exchange.forget(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert phone._exchange.forget(datetime(2100, 1, 1, tzinfo=UTC)) == 3
    assert phone.health().waiting_count == 1


def test_every_result_is_one_of_the_books_and_says_what_became_of_the_message():
    assert set(RESULTS) <= set(CONTACTS.field("result").codes) and set(STATUSES) == set(RESULTS)
    for status in STATUSES.values():
        Receipt("m", status, AT)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"result": "met"}, "result"),
        ({"result": " "}, "result"),
        ({"call_id": "x" * 65}, "call_id"),
        ({"call_id": 7}, "call_id"),
        ({"started_at": "2026-03-05T09:30:00"}, "started_at"),
        ({"started_at": "2026-03-05T10:05:01+08:00"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+23:00"}, "started_at"),
        ({"duration_seconds": "-1"}, "duration_seconds"),
        ({"duration_seconds": "1.5"}, "duration_seconds"),
        ({"duration_seconds": True}, "duration_seconds"),
        ({"duration_seconds": 86401}, "duration_seconds"),
        ({"duration_seconds": "１２"}, "duration_seconds"),
        ({"is_right_party": "perhaps"}, "is_right_party"),
        ({"result": "busy", "is_right_party": "true"}, "is_right_party"),
        ({"reason_code": "illness"}, "reason_code"),
        ({"reason_code": "lazy", "is_right_party": "true"}, "reason_code"),
        ({"attitude": "willing"}, "attitude"),
        ({"recording_sha256": "AB" * 32}, "recording_sha256"),
        ({"direction": "in"}, "from_number"),
        ({"from_number": "+8613800138000"}, "from_number"),
        ({"direction": "in", "from_number": "138"}, "from_number"),
        ({"note": "x" * 501}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"employer": "x"}, "employer"),
    ],
)
def test_a_row_that_cannot_be_true_names_its_file_row_and_column(change, column):
    """The same reader for a file's row and for a request; a value is never repeated in the words."""
    with pytest.raises(InputError) as caught:
        read_disposition({**a_row("c1"), **change}, AT, file="calls.csv", number=3)
    assert caught.value.where == {"file": "calls.csv", "row": 3, "column": column}


def test_a_request_may_write_numbers_and_booleans_as_json_does():
    read = read_disposition({**a_row("c1"), "duration_seconds": 65, "is_right_party": True, "note": None}, AT)
    assert (read.duration_seconds, read.is_right_party, read.note, read.direction) == (65, True, "", "out")
    assert set(vars(read)) == set(COLUMNS)
