"""The record of a comparison in words: one sentence, and the names of what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.compliance import VERDICTS
from forbear.day.words import act_words
from forbear.kernel.language import Translator
from forbear.kernel.money import format_cents
from forbear.strategy.codes import CHANNEL_TREATMENTS

Record = Mapping[str, Any]


def side_name(record: Record, side: str) -> str:
    """The changed thing of a side as it was asked for: ``cn+house@2025-02-27:letter``, or the playbook's name.

    Date and profile are told only where the two sides differ in them.
    """
    mine = record[side]
    if record["subject"] == "playbook":
        return str(mine["playbook"]["asked"])
    laws = [record[each]["law"] for each in ("before", "after")]
    name = mine["law"]["name"]
    if laws[0]["on"] != laws[1]["on"]:
        name += f"@{mine['law']['on']}"
    if laws[0]["profile"] != laws[1]["profile"]:
        name += f":{mine['law']['profile']}"
    return str(name)


def severity(verdict: str | None) -> int:
    """The place of a verdict, the mildest first; below all where there is none."""
    return -1 if verdict is None else len(VERDICTS) - VERDICTS.index(verdict)


def turns(record: Record) -> tuple[int, int]:
    """How many acts that are proposed on both sides get a stricter verdict, and how many a milder one."""
    known = [row for row in record["verdicts"] if row["verdict_before"] and row["verdict_after"]]
    ranked = [(severity(row["verdict_after"]) - severity(row["verdict_before"]), row["proposals"]) for row in known]
    return sum(count for turn, count in ranked if turn > 0), sum(count for turn, count in ranked if turn < 0)


def summary(words: Translator, record: Record) -> str:
    """What the change does, in one sentence."""
    _ = words.gettext
    if not record["by_change"]:
        return _(
            "Nothing changes: each of the {all} proposed acts keeps its verdict, its duties and its hours, and the plan stays "
            "the same."
        ).format(all=number(record["proposals"]["either"]))
    return _("{what}; {plan}.").format(what=_what(words, record), plan=_plan(words, record))


def _what(words: Translator, record: Record) -> str:
    _, changed = words.gettext, record["changed"]
    money = format_cents(changed["overdue_cents"], record["book"]["currency"])
    if record["subject"] == "playbook" and record["wishes_changed"]["loans"]:
        wishes = record["wishes_changed"]
        return _("{changed} of {all} loans are treated otherwise, of {people} people with {money} overdue").format(
            changed=number(wishes["loans"]),
            all=number(record["loans"]["either"]),
            people=number(wishes["people"]),
            money=format_cents(wishes["overdue_cents"], record["book"]["currency"]),
        )
    if changed["proposals"]:
        stricter, milder = turns(record)
        return _(
            "{changed} of {all} proposed acts come out otherwise, {stricter} with a stricter verdict and {milder} with a "
            "milder one; they concern {people} people with {money} overdue"
        ).format(
            changed=number(changed["proposals"]),
            all=number(record["proposals"]["either"]),
            stricter=number(stricter),
            milder=number(milder),
            people=number(changed["people"]),
            money=money,
        )
    others = sum(row["proposals"] for row in record["by_change"])
    return _(
        "No verdict and no treatment changes; {count} of {all} proposed acts differ in duties, hours, reason or deciding rule"
    ).format(count=number(others), all=number(record["proposals"]["either"]))


def _plan(words: Translator, record: Record) -> str:
    _, people = words.gettext, record["people"]
    if not record["replanned"]:
        return _("the plan stays the same")
    return _(
        "{after} acts are planned instead of {before}; {lost} people are no longer contacted, {gained} people newly"
    ).format(
        after=number(planned(record, "after")),
        before=number(planned(record, "before")),
        lost=number(people["lost"]),
        gained=number(people["gained"]),
    )


def planned(record: Record, side: str) -> int:
    """How many acts are planned on a side."""
    return sum(row[side] for row in record["acts"])


def verdict_words(words: Translator, verdict: str | None) -> str:
    """A verdict; an act of the other side only has none."""
    return words.code_words("verdict", verdict or "absent")


def wish_words(words: Translator, row: Mapping[str, Any], side: str) -> str:
    """What is wanted on a side: a treatment with its channel, to leave alone, or nothing."""
    treatment, channel = row[f"treatment_{side}"], row[f"channel_{side}"]
    if treatment is None:
        return words.gettext("nothing")
    return wanted_words(words, treatment, channel)


def wanted_words(words: Translator, treatment: str, channel: str) -> str:
    """A wanted act; its channel is named where the treatment is more than its channel.

    >>> from forbear.kernel.language import translator
    >>> wanted_words(translator("en"), "letter", "letter"), wanted_words(translator("en"), "relief_offer", "letter")
    ('letter', 'relief offer (letter)')
    """
    is_plain = CHANNEL_TREATMENTS.get(channel) == treatment
    return words.code_words("treatment", treatment) if is_plain else act_words(words, treatment, channel)


def arrow(before: str, after: str) -> str:
    """From one to the other.

    >>> arrow("cn", "cn+house")
    'cn → cn+house'
    """
    return f"{before} → {after}"


def deciding(row: Mapping[str, Any]) -> tuple[str, str | None]:
    """Side and id of the law's rule that makes the difference: the new one where it is stricter, else the old one."""
    side = "after" if severity(row["verdict_after"]) >= severity(row["verdict_before"]) else "before"
    return side, row[f"decided_by_{side}"]


def of_one_side(row: Mapping[str, Any]) -> tuple[str, str | None]:
    """Side and id of the first rule that speaks on one side only, the new side first; None where both have the same."""
    rules = {side: row[f"rules_{side}"] or [] for side in ("before", "after")}
    for side, other in (("after", "before"), ("before", "after")):
        for rule in rules[side]:
            if rule not in rules[other]:
                return side, rule
    return "after", None


def number(count: int) -> str:
    """A count with thousands separators."""
    return f"{count:,}"
