"""What a målområde may look like: the colours and pictures there are, as choices."""

# Of static/fardplan.css and pdf/mallar/grund.typ. tests/insatser/test_farger.py measures what is read on each of them.
FARGER = [
    (1, "Vinröd"),
    (2, "Blågrön"),
    (3, "Bärnsten"),
    (4, "Blå"),
    (5, "Lila"),
    (6, "Grön"),
    (7, "Tegelröd"),
    (8, "Skiffer"),
    (9, "Oliv"),
]
# Symbols of static/ikoner.svg, and pictures of pdf/mallar/grund.typ.
IKONER = [
    ("stad", "Stad"),
    ("bostad", "Bostad"),
    ("service", "Samhällsservice"),
    ("kultur", "Kultur"),
    ("natur", "Grönska"),
    ("energi", "Energi och klimat"),
    ("resande", "Resande"),
    ("naringsliv", "Näringsliv"),
    ("innovation", "Innovation"),
    ("samverkan", "Samverkan"),
]
