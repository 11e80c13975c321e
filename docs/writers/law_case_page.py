"""``docs/reference/law-cases.md``: the form of a law case, and every name that a case may use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docs.writers.markdown import GENERATED, code, grid

from forbear.compliance import pack_names, read_pack
from forbear.compliance.cases.naming import SPECIAL
from forbear.compliance.needs import FactNeed
from forbear.compliance.pack import VERDICTS, LawPack

ON = date(2026, 11, 23)

HEAD = f"""# Law cases

{GENERATED}
A law case is a story of a few lines with the answer that the law must give. `forbear law test FILE…` judges any number of them on the
same columns as a book, tells each in one line with the rules that fired, and closes with `N passed, N failed`.

```yaml
- name: A fourth connected call the same day
  law: cn                                     # a pack, or packs laid over one another; cn+house by default
  profile: strict                             # or letter
  at: 2026-11-18T15:00:00+08:00               # without an offset: on the debtor's own clock
  given: {{loan.days_past_due: 12}}             # only what differs from the base facts below
  history:                                    # what happened before, dated
    - {{at: 2026-11-18T09:00:00+08:00, event: contact, channel: voice_agent, direction: out, result: conversation, count: 3}}
  propose: {{act: contact, channel: voice_agent, recipient: debtor}}
  expect: {{verdict: DENY, rules: [cn.gbt45251.effective_calls]}}
  source: GB/T 45251-2025, 5.3
```

`given` and `propose` take the same names; write a name whole (`loan.days_past_due`), as a fact (`days_past_due`), nested
(`loan: {{days_past_due: 12}}`), or by its last part where only one name ends so. Money is in minor units, a rate is a
fraction (`"0.18"`), `null` says that a thing is not known: a missing fact counts as its unfavourable value, and a duty of
which nothing is known is asked for (REQUIRE), where one that is known to be unmet refuses (DENY).

`expect` may say:

| key | meaning |
|---|---|
| `verdict` | one of {", ".join(VERDICTS)}, worst first. DENY is met by PRESUMED_VIOLATION too, ALLOW by PRESUMED_COMPLIANCE |
| `may_act` | true or false: whether the act may be done, if need be once its duties are met |
| `rules`, `not_rules` | rows that must fire, or must not: a row's id, the beginning of one, or a number of the register (`GBT-04`) |
| `decided_by` | the row whose reason comes first |
| `duties` | all duties, in any order |
| `window` | minutes of the local day that are left, end excluded |
| `values` | results by name, such as `retention_years_min` or `paid_principal_cents` |

## Names that are no facts

{grid(("name", "meaning"), [(code(name), says) for name, says in SPECIAL.items()])}
## Events

Each event of `history` has an `at` and an `event`, and any of these attributes: `kind`, `channel`, `direction` (`out` unless it
says `in`), `result`,
`purpose`, `recipient`, `point` (the number or address used), `debt`, `form` (`individual`, `boilerplate`), `until`, `count` (how
many alike, one
by default), `amount_cents`, `excluded` (why a contact does not count). Only events up to the case's `at` count. A contact without
a `point` or a `debt`
counts for every one. What an event becomes is said in the column *from events*: `in force` from the latest event that opens it
until one that
ends it; `count … over N days` on the last N local days, today included.

Results of contacts: `conversation`, `no_answer`, `busy`, `voicemail`, `invalid_number`, `wrong_person`, `delivered`,
`undelivered`, `met`, `not_met`.

"""


def law_case_page() -> str:
    """The page, pack by pack and group by group."""
    return HEAD + "".join(text for name in pack_names() for text in _pack(read_pack(name, ON)))


def _pack(pack: LawPack) -> Iterator[str]:
    yield f"## Pack `{pack.name}`\n\n"
    if pack.acts:
        acts = [
            (code(act.name), act.words["en"], act.words["zh"], ", ".join(act.asks), _sets(act.sets))
            for act in pack.acts.values()
        ]
        yield grid(("act", "meaning", "含义", "asks", "sets"), acts) + "\n"
    counted = _counts(pack)
    groups: dict[str, list[FactNeed]] = {}
    for need in pack.needs.values():
        groups.setdefault(need.group, []).append(need)
    for group, needs in groups.items():
        rows = [
            (_name(need), code(need.name), _type(need), code(_value(need.base)), code(_value(need.unfavourable)),
             f"{need.words['en']} · {need.words['zh']}", _events(need, counted.get(need.name, "")))
            for need in sorted(needs, key=lambda each: each.case)
        ]  # fmt: skip
        yield f"### {group.replace('_', ' ').capitalize()} facts of `{pack.name}`\n\n"
        yield grid(("name in a case", "fact", "type", "base", "when missing", "meaning", "from events"), rows) + "\n"


def _sets(sets: object) -> str:
    return ", ".join(f"{name}: {value}" for name, value in dict(sets).items())  # type: ignore[call-overload]


def _name(need: FactNeed) -> str:
    name = code(need.case)
    if need.member:
        name += f" lists {code(need.member)}"
    if need.since is not None:
        name += f"<br>or the date {code(need.since.date_name)}"
    return name


def _type(need: FactNeed) -> str:
    kind = "rate" if need.dtype.kind.value == "decimal" else str(need.dtype)
    return f"{kind}: {', '.join(need.codes)}" if need.codes else kind


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _counts(pack: LawPack) -> dict[str, str]:
    """What the caps of a pack count, by fact, in words."""
    from forbear.compliance.gate import gate_of

    found = {}
    for name in pack.questions:
        for window in gate_of((pack,), "strict", (name,), any_date=True).count_windows:
            channels = ", ".join(window.channels) or "any channel"
            of = window.scope.replace("_", " and ")
            found[window.name] = (
                f"count of contacts ({window.counted.replace('_', ' ')}) by {channels}, per {of}, over {window.days} days"
            )
    return found


def _events(need: FactNeed, counted: str) -> str:
    if counted:
        return counted
    if not need.history:
        return ""
    parts = []
    for operation, pattern in need.history.items():
        said = (
            " or ".join(_pattern(each) for each in _alternatives(pattern))
            if isinstance(pattern, dict)
            else str(pattern)
        )
        parts.append(f"{operation.replace('_', ' ')}: {said}" if said else "")
    return "; ".join(part for part in parts if part)


def _alternatives(pattern: dict[str, object]) -> list[dict[str, object]]:
    listed = pattern.get("any")
    return list(listed) if isinstance(listed, list) else [pattern]


def _pattern(pattern: dict[str, object]) -> str:
    return " ".join(f"{name}={_asked(value)}" for name, value in pattern.items())


def _asked(value: object) -> str:
    if isinstance(value, list):
        return "/".join("(none)" if each is None else str(each) for each in value)
    return str(value)
