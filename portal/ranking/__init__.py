"""Pure mathematics of ranking: no models, no clock. Domains say what is counted; this says how it is weighed."""
