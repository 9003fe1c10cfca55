"""The tool attacked on purpose: who gets in, what two at once lose, what a kill leaves half, what bad input breaks."""
