"""One request to a provider over HTTP: to a named place only, within bounds, and with one clear answer."""

from forbear.dispatch.channels.posting.outcome import Reading, receipt_of
from forbear.dispatch.channels.posting.places import Places
from forbear.dispatch.channels.posting.poster import Answer, Poster, Trouble

__all__ = ["Answer", "Places", "Poster", "Reading", "Trouble", "receipt_of"]
