"""The ground of the house: what every room stands on, and what knows of no model of ours."""
