"""The feed: the lender's book, or what changed in it, into the records."""

from forbear.records.feed.delta import take_in_delta
from forbear.records.feed.importing import Fed, feed_book, feed_delta

__all__ = ["Fed", "feed_book", "feed_delta", "take_in_delta"]
