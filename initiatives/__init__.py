"""Petitions and public ideas: written by citizens, voted with EDS, answered by state bodies.

Vocabulary: an *initiative* is a petition (a statutory object, Administrative Procedural and Process-Related Code,
ch. 12-1) or a public *idea*; *joiners* are the first 50 who support a petition before its check; a *vote* is joining by
EDS; the *threshold* is the number of votes that obliges the body to decide; a *decision* is the body's signed answer.
Entry points: `services` (one module a verb), `selectors` (what pages show), `workflow` (what may follow what).
"""
