"""Digital signatures: what people sign, whether it holds, and the evidence that is kept.

Entry points: `services.statements.issue` makes the text that a person signs, `services.acceptance.accept` judges what came
back and stores it, `services.trust` says whose certificates count. `eds` below is the pure core without Django.
A *statement* is the exact text under a signature, a *token* the server's own proof that it issued that text, and a
*signer tag* the keyed code by which one person is one voter whichever certificate they use.
"""
