"""Insurance coverage month by month: compulsory, unemployment, voluntary, old age."""
