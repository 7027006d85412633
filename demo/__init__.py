"""The demo world: people, petitions and signatures of an imagined present, and the NCALayer stand-in."""
