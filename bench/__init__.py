"""Speed and size, measured in one run as ratios against something else in the same run. `make bench` prints them."""
