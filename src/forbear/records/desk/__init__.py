"""The desk: it takes up acts with their people locked, writes down what is done, and gives back what a crash left."""

from forbear.records.desk.desk import RecordsDesk
from forbear.records.desk.recovery import recover
from forbear.records.desk.worker import WorkerIdentity

__all__ = ["RecordsDesk", "WorkerIdentity", "recover"]
