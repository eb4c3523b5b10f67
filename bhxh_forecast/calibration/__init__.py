"""From priors to draws that agree with the dated figures."""
