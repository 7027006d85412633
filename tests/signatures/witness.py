"""A stand-in witness on this machine: it speaks C2SP tlog-witness, remembers what it signed, and refuses what contradicts it."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signatures.log import notes, tree
from signatures.log.errors import LogError

SIGNED_AT = 1_772_427_600


class StandInWitness:
    """Knows one log by its key. `broken`: what it does wrong on purpose."""

    def __init__(self, log_key: notes.Key) -> None:
        self.log_key, self.broken = log_key, ""
        self._private = Ed25519PrivateKey.generate()
        self.key = notes.Key("witness.test/w1", self._private.public_key().public_bytes_raw(), notes.COSIGNATURE)
        self.size, self.root = 0, tree.EMPTY_ROOT
        self.asked: list[int] = []
        witness = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, kind, answer = witness.judge(self.path, body.decode())
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def setting(self) -> str:
        """The line of VOTE_LOG_WITNESSES."""
        return f"{self.key.line} http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def judge(self, path: str, body: str) -> tuple[int, str, bytes]:
        """Answer as the specification says: status, type, body."""
        self.asked.append(len(body))
        if self.broken == "away":
            return 503, "text/plain", b"later"
        head, _empty, note = body.partition("\n\n")
        old_line, *proof_lines = head.split("\n")
        try:
            opened = notes.open_checkpoint(note, self.log_key)
        except LogError:
            return 403, "text/plain", b"unknown key"
        old = int(old_line.removeprefix("old "))
        if path != "/add-checkpoint" or old > opened.size:
            return 400, "text/plain", b""
        if old != self.size:
            return 409, "text/x.tlog.size", f"{self.size}\n".encode()
        try:
            if old:
                proof = [base64.b64decode(line) for line in proof_lines]
                tree.verify_consistency(old, opened.size, proof, self.root, opened.root)
        except LogError:
            return (409 if old == opened.size else 422), "text/plain", b"inconsistent"
        self.size, self.root = opened.size, opened.root
        text = notes.Note.parse(note).text
        signed = text.replace("/", "|") if self.broken == "signs something else" else text
        return 200, "text/plain", notes.cosign(signed, self.key, self._private.sign, seconds=SIGNED_AT).encode()
