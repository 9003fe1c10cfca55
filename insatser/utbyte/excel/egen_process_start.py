"""What the process that others are forked from loads first, so that each of them begins at once."""

import django

django.setup()

import insatser.utbyte.excel.bakgrund  # noqa: E402, F401 -- app ready
