"""What the process that others are forked from loads first, so that each of them begins at once."""

import django

django.setup()

import insatser.utbyte.excel.aktiviteter  # noqa: E402 -- app ready
import insatser.utbyte.excel.insatskarta  # noqa: E402 -- app ready
import insatser.utbyte.excel.lagesbild  # noqa: E402, F401 -- app ready
