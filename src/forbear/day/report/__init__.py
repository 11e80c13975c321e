"""The day's report: one self-contained page about one run."""

from forbear.day.report.page import write_report

__all__ = ["write_report"]
