"""The real senders: one module a means. Nothing but the wiring of a day may import them."""
