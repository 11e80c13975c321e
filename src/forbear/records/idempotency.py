"""What was asked once is done once, however often a caller repeats itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json
from forbear.records.models import IdempotencyKey
from forbear.records.scope import Scope, acting, current_scope

KEY_LENGTH_MAX = 128


def once(action: str, key: str, request: object, do: Callable[[], Any]) -> Any:
    """The answer to a request: of ``do`` the first time, the kept one whenever the same key comes again.

    In the scope and the transaction of the caller: deed, audit and answer are there together or not at all. Who comes while
    another is at it waits, and gets that one's answer, or does it where the other failed. The key belongs to who gave it:
    somebody else who guesses it learns nothing.

    Args:
        action: what is asked, dotted, as ``payment.accept``; the same key means another thing for another action.
        request: what was asked, as JSON; its digest is kept, not itself.
        do: does it and gives an answer that is JSON and holds no personal data: it is kept as it is.

    Raises:
        InputError: ``bad_idempotency_key`` for one that is empty or too long; ``idempotency_conflict`` where the key was given
            with another request, or by somebody else.
        UsageError: ``no_scope``.
    """
    scope = current_scope()
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        hint = f"Give 1 to {KEY_LENGTH_MAX} characters, a new one for each thing asked."
        raise InputError("bad_idempotency_key", "The idempotency key is empty or too long.", do=hint, action=action)
    digest = digest_json({"actor": scope.actor, "request": request})
    # A part of its own: where the deed fails and the caller goes on, neither a key without an answer nor an entry of the audit
    # stays behind.
    with acting(scope):
        with _whole(scope):
            if not _take(scope.tenant, action, key, digest):
                return _kept(scope.tenant, action, key, digest)
        answer = json.loads(json.dumps(do(), default=str))
        with _whole(scope):
            IdempotencyKey.objects.filter(tenant_id=scope.tenant, action=action, key=key).update(answer=answer)
        return answer


def forget_before(at: datetime) -> int:
    """Remove the keys of the tenant that were given before an instant; a repetition after that is done anew.

    Returns:
        How many were removed.
    """
    return int(IdempotencyKey.objects.filter(tenant_id=current_scope().tenant, created_at__lt=at).delete()[0])


def _whole(scope: Scope) -> AbstractContextManager[Scope]:
    """The same actor with a whole view: keys and answers are shown to nobody who sees less, and the deed is done without it."""
    return acting(Scope(scope.tenant, scope.actor))


def _take(tenant: str, action: str, key: str, digest: str) -> bool:
    """Whether the key is ours. Where another transaction has it, this waits until that one ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_idempotencykey (tenant_id, action, key, request_digest) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (tenant_id, action, key) DO NOTHING RETURNING id",
            [tenant, action, key, digest],
        )
        return cursor.fetchone() is not None


def _kept(tenant: str, action: str, key: str, digest: str) -> Any:
    found = IdempotencyKey.objects.get(tenant_id=tenant, action=action, key=key)
    if found.request_digest != digest:
        raise InputError(
            "idempotency_conflict", "This idempotency key was given with another request.",
            do="Repeat the same request, or give a new key.", action=action,
        )  # fmt: skip
    return found.answer
