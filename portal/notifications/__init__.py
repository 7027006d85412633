"""Telling people: in-app and by e-mail, in the reader's language, once each."""
