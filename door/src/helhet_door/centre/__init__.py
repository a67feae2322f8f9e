"""The staff page and the place that the rules come from and the events go to."""
