"""Numbers and addresses that turn out to be somebody else's: removed in one step, and never reached again."""

from __future__ import annotations

from collections.abc import Sequence

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.silence import lock_people, moment
from forbear.records.events import emit
from forbear.records.feed.addresses import BY_PHONE, REGION, normal_form
from forbear.records.models import ContactPoint, PointBlock
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer


def remove_point(scope: Scope, contact_point_id: str, reason: str) -> bool:
    """Remove a contact point that is not the debtor's, in one step: nothing is ever sent to it again.

    The value itself is blocked for the whole lender, also as another's number, as a landline for a mobile, and whenever a feed
    brings it again: whoever said that it is not the debtor's must not be asked a second time. :func:`lift_block` ends it.

    Returns:
        False when it was removed before, or there is none that the scope shows.
    """
    with acting(scope):
        point = ContactPoint.objects.filter(tenant_id=scope.tenant, contact_point_id=contact_point_id).first()
        if point is None or point.removed_at is not None:
            return False
        # Who else was said to have it may be a person that the scope does not show; the wrong person is to be left alone all
        # the same.
        with acting(Scope(scope.tenant, scope.actor)):
            _block(scope.tenant, point, reason)
        return True


def lift_block(scope: Scope, kind: str, value: str, reason: str) -> bool:
    """Allow a number or address again, because it was proved to be a debtor's own. Points of it that were removed stay so: the
    next feed, or a new point, may bring it.

    Args:
        reason: a code, as ``verified``.

    Returns:
        False when it was not blocked.

    Raises:
        InputError: ``bad_reason`` for an empty or too long one.
    """
    if not 0 < len(reason) <= 24:
        raise InputError("bad_reason", "A reason is a code of 1 to 24 characters.")
    with acting(scope):
        at = moment()
        standing = PointBlock.objects.filter(
            tenant_id=scope.tenant, value_index__in=_indexes(scope.tenant, kind, value), lifted_at__isnull=True
        )
        if not standing.update(lifted_at=at, lifted_reason=reason):
            return False
        audit.record(audit.Entry("contact_point.allowed", "block", kind, payload={"kind": kind, "reason": reason}))
        return True


def _block(tenant: str, point: ContactPoint, reason: str) -> None:
    value = sealer(tenant).open("value", point.value_sealed)
    indexes = _indexes(tenant, point.kind, value) if value else [point.value_index] if point.value_index else []
    standing = ContactPoint.objects.filter(tenant_id=tenant, value_index__in=indexes, removed_at__isnull=True)
    lock_people(tenant, {point.person_id, *standing.values_list("person_id", flat=True)})
    at = moment()
    for index in indexes:
        PointBlock.objects.update_or_create(
            tenant_id=tenant,
            value_index=index,
            defaults={"reason": reason, "blocked_at": at, "lifted_at": None, "lifted_reason": ""},
        )
    removed = {each.contact_point_id: each for each in [*standing, point]}
    gone = {"removed_at": at, "removed_reason": reason, "state": "invalid"}
    ContactPoint.objects.filter(tenant_id=tenant, contact_point_id__in=list(removed)).update(**gone)
    for each in sorted(removed.values(), key=lambda row: row.contact_point_id):
        told = {"reason": reason, "kind": each.kind}
        audit.record(audit.Entry("contact_point.removed", "contact_point", each.contact_point_id, each.person_id, told))
        emit("contact_point.removed", each.person_id, {"contact_point": each.contact_point_id, "reason": reason})


def _indexes(tenant: str, kind: str, value: str) -> Sequence[str]:
    """The digests of a value: of a telephone number those as a mobile and as a landline."""
    kinds = BY_PHONE if kind in BY_PHONE else (kind,)
    return sealer(tenant).index_many((each, normal_form(each, value, REGION)) for each in kinds)
