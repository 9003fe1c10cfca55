"""`make kluster`: more than one machine, played on this one. What dies, what is lost, and for how long."""
