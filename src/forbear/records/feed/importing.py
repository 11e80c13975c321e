"""A book, or a delta of one, into the records: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from forbear.book.intake import Book, Known, take_in
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.kernel.clock import Clock
from forbear.kernel.errors import BookError
from forbear.kernel.ids import digest_file, digest_json
from forbear.records import audit
from forbear.records.feed.known import known_of
from forbear.records.feed.merging import Merged, merge, run
from forbear.records.feed.mirror import MIRRORS
from forbear.records.feed.personal import PersonalData
from forbear.records.feed.staging import stage
from forbear.records.feed.widths import leave_out_too_long
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Import, Tenant
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

_SPACE = 7148
"""The first half of the lock by which one feed of a tenant waits for another."""

Notify = Callable[[str], None]


@dataclass(frozen=True)
class Fed:
    """What a feed did.

    ``counts`` says of each table ``in``, ``accepted``, ``rejected``, and ``added``, ``changed``, ``gone``; rows in are always
    those accepted and those rejected. ``is_new`` is False where the very same was fed last: then nothing was done.
    """

    kind: str
    digest: str
    is_new: bool
    counts: Mapping[str, Mapping[str, int]]
    rejects_path: str


@dataclass(frozen=True)
class Feed:
    """What is fed: files in a folder, as a whole book (``full``) or as what changed in it (``delta``).

    ``known`` gives what rows of a delta may refer to; where it is not given, all that the tenant's records hold. ``asked`` is what
    else is needed to ask for the same again; None where the files are gone afterwards.
    """

    kind: str
    folder: Path
    as_of: date
    mapping: Path | None = None
    known: Callable[[Engine], Known] | None = None
    memory_gib: float = 2.0
    asked: Mapping[str, str] | None = field(default_factory=dict)

    @property
    def source(self) -> dict[str, str]:
        """From where it comes, to take it in again; empty where it cannot be."""
        if self.asked is None:
            return {}
        return {
            "folder": str(self.folder.absolute()),
            "mapping": str(self.mapping.absolute()) if self.mapping else "",
            **self.asked,
        }

    @property
    def digest(self) -> str:
        """The digest of every byte that is fed."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        files = {str(path.relative_to(self.folder)): digest_file(path) for path in paths}
        mapping = digest_file(self.mapping) if self.mapping and self.mapping.is_file() else None
        return digest_json({"kind": self.kind, "as_of": self.as_of, "files": files, "mapping": mapping})


def feed_book(
    scope: Scope,
    folder: Path,
    *,
    as_of: date,
    clock: Clock,
    mapping: Path | None = None,
    asked: Mapping[str, str] | None = None,
) -> Fed:
    """Take a whole book into the records of the scope's tenant. The same book twice changes nothing.

    Nothing is deleted but instalments that a loan's schedule no longer has: a loan that is gone from the book is noted as gone,
    other rows that are gone are counted and stay, as do all rows that were made here. A killed feed leaves nothing behind.

    Args:
        folder: the lender's files, as :func:`forbear.book.intake.take_in` takes them.
        as_of: the date of the book.
        clock: says when it was fed.
        mapping: how the lender's files become the book's tables.
        asked: with what else the feed was asked for, to ask for it again.

    Raises:
        BookError: a file (never a row) that cannot be used.
        UsageError: ``unknown_tenant``.
    """
    return feed(scope, Feed("full", folder, as_of, mapping, asked=asked or {}), clock)


def feed_delta(
    scope: Scope,
    folder: Path,
    *,
    as_of: date,
    clock: Clock,
    mapping: Path | None = None,
    asked: Mapping[str, str] | None = None,
) -> Fed:
    """Take what changed in the book since into the records: the files hold new and changed rows, of any of the tables.

    Raises:
        BookError, UsageError: as :func:`feed_book`.
    """
    return feed(scope, Feed("delta", folder, as_of, mapping, asked=asked or {}), clock)


def feed(scope: Scope, what: Feed, clock: Clock, see: Callable[[Engine, Book], None] | None = None) -> Fed:
    """Take in what is fed; ``see`` is shown the book with its rejects before anything is written. What cannot be is written down.

    Raises:
        BookError, UsageError: as :func:`feed_book`.
    """
    fed_at = clock.now()
    try:
        return _feed(scope, what, fed_at, see)
    except BookError as error:
        if what.source:
            _note_failed(scope, what, fed_at, error)
        raise


def _feed(scope: Scope, what: Feed, fed_at: datetime, see: Callable[[Engine, Book], None] | None) -> Fed:
    if not what.folder.is_dir():
        raise BookError(
            "missing_book", "There is no such folder.", do="Give the folder of the files.", file=what.folder
        )
    with acting(scope):
        lender = lender_settings(scope.tenant)
        before = _the_same(scope.tenant, what.digest)
    if before is not None and see is None:
        return Fed(before.kind, before.digest, False, before.counts, before.rejects_path)
    with TemporaryDirectory(prefix="forbear-feed-", dir=_folder(scope.tenant, "work")) as work:
        engine = DuckDBEngine(memory_gib=what.memory_gib, spill_dir=Path(work))
        try:
            book = leave_out_too_long(engine, _taken(engine, what, scope, lender, Path(work)))
            files = _written(engine, book, Path(work))
            rejects = _folder(scope.tenant, "rejects") / f"{what.digest[:16]}.parquet"
            engine.write(book.rejects, rejects, ("table", "file", "row_number", "column", "rule"))
            if see is not None:
                see(engine, book)
        finally:
            engine.close()
        with acting(scope):
            run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_SPACE, scope.tenant])
            before = _the_same(scope.tenant, what.digest)
            if before is not None:
                return Fed(before.kind, before.digest, False, before.counts, before.rejects_path)
            merged = _merged(scope.tenant, lender, files, what)
            counts = _counts(book, merged)
            _note(scope.tenant, what, counts, fed_at, rejects)
    return Fed(what.kind, what.digest, True, counts, str(rejects))


def _the_same(tenant: str, digest: str) -> Import | None:
    """The last feed, where it was the very same: only then would it change nothing."""
    latest = Import.objects.filter(tenant_id=tenant, ended_at__isnull=False).order_by("-id").first()
    return latest if latest is not None and latest.digest == digest else None


def _folder(tenant: str, name: str) -> Path:
    folder: Path = settings.FORBEAR.data / name / tenant
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _taken(engine: Engine, what: Feed, scope: Scope, lender: LenderSettings, work: Path) -> Book:
    known = None
    if what.kind == "delta":
        known = what.known(engine) if what.known else known_of(engine, scope, lender.currency)
    return take_in(
        what.folder, mapping=what.mapping, engine=engine, as_of=what.as_of, work=work / "intake", known=known
    )


def _written(engine: Engine, book: Book, work: Path) -> dict[str, Path]:
    """The tables that came, each as one Parquet file of the schema's columns."""
    files = {}
    for name, mirror in MIRRORS.items():
        if name in book.counts:
            files[name] = work / f"{name}.parquet"
            engine.write(book.tables[name].select(*mirror.table.schema), files[name])
    return files


def _merged(tenant: str, lender: LenderSettings, files: Mapping[str, Path], what: Feed) -> dict[str, Merged]:
    personal = PersonalData(tenant, sealer(tenant), region_of(lender))
    for name, path in files.items():
        stage(MIRRORS[name], path, personal.of(MIRRORS[name]))
    return merge(tenant, tuple(files), what.as_of, is_whole=what.kind == "full")


def region_of(lender: LenderSettings) -> str:
    """The country of telephone numbers without their own: that of the lender's law.

    >>> region_of(LenderSettings(law="cn+house"))
    'CN'
    """
    return lender.law[:2].upper()


def _counts(book: Book, merged: Mapping[str, Merged]) -> dict[str, dict[str, int]]:
    counts = {}
    for name, rows in book.counts.items():
        counts[name] = {"in": rows.rows_in, "accepted": rows.accepted, "rejected": rows.rejected}
        if name in merged:
            each = merged[name]
            counts[name] |= {"added": each.added, "changed": each.changed, "gone": each.gone}
    return counts


def _note(tenant: str, what: Feed, counts: Mapping[str, Any], fed_at: Any, rejects: Path) -> None:
    Import.objects.create(
        tenant_id=tenant,
        kind=what.kind,
        digest=what.digest,
        as_of=what.as_of,
        fed_at=fed_at,
        counts=counts,
        rejects_path=str(rejects),
        source=what.source,
        ended_at=Now(),
    )
    told = {"kind": what.kind, "as_of": what.as_of.isoformat(), "counts": counts}
    audit.record(audit.Entry("book.fed", "import", what.digest, payload=told))


def _note_failed(scope: Scope, what: Feed, fed_at: datetime, error: BookError) -> None:
    """That a feed could not be taken in: somebody must mend it. It makes no feed fresh."""
    with acting(scope):
        if not Tenant.objects.filter(code=scope.tenant).exists():
            return
        made = Import.objects.create(
            tenant_id=scope.tenant,
            kind=what.kind,
            digest=what.digest if what.folder.is_dir() else "",
            as_of=what.as_of,
            fed_at=fed_at,
            source=what.source,
            problem={"code": error.code, "message": error.message, "do": error.do},
        )
        told = {"kind": what.kind, "as_of": what.as_of.isoformat(), "code": error.code}
        audit.record(audit.Entry("book.failed", "import", str(made.pk), payload=told))
