"""The records on a real database: Django is made ready before any module here imports a model."""

from __future__ import annotations

import records_server

records_server.prepare()
