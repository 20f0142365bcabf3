"""A mail server for tests: it understands just enough to be sent to, and can be told to misbehave."""

import socketserver
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        server = self.server
        self.say("220 test")
        while line := self.rfile.readline():
            word = line.split(b":")[0].split()[0].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.receive()
            elif word == b"RCPT" and server.refuses:
                self.say(server.refuses)
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def receive(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.receiving.set()
        time.sleep(self.server.slowness)
        self.server.messages.append(message_from_bytes(b"".join(lines), policy=default))
        self.say("250 ok")

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.messages, self.receiving = [], threading.Event()
        # An answer to RCPT such as "550 unknown"; how long it takes over a mail.
        self.refuses, self.slowness = "", 0

    def handle_error(self, request, client_address):
        pass  # the client was killed

    @property
    def port(self):
        return self.server_address[1]


@contextmanager
def mail_server():
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()
