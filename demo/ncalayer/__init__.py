"""A stand-in for NCALayer, the program through which people in Kazakhstan sign in a browser.

It speaks the recorded wire protocol of NCALayer on the loopback interface and signs with keys of the demo
PKI, so that the newcomer and the browser tests use the product's real signing path.

`protocol` turns one request into one answer and touches no network; `keys` opens the demo .p12 files;
`control` is the small HTTP service where the demo person and the behaviour are chosen; `server` joins them.
"""
