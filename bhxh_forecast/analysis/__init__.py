"""Questions put to the chain: what a figure is made of, what it depends on, what reaches a target."""
