#!/usr/bin/env python3
"""A chat client that reconnects with backoff: Python's standard library, RFC 6455 by hand, starter/CONTRACT.md.

    reconnect.py              a correct client
    reconnect.py --constant   one whose waits do not grow
    reconnect.py --deaf       one whose user cannot close it
"""

import base64
import hashlib
import json
import os
import random
import select
import socket
import sys
import time

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class ClosedByUser(Exception):
    """The user has closed the client."""


class Lost(Exception):
    """An attempt has failed, or a connection has ended."""


def say(**line):
    print(json.dumps(line), flush=True)


class User:
    """What the user does, on standard input."""

    def __init__(self, flags):
        self.unread, self.deaf = b"", "--deaf" in flags

    def wait(self, seconds, sock=None, writable=False):
        """Waits for a time or for a socket; says whether the socket is ready. Raises ClosedByUser."""
        readers = [0] if sock is None or writable else [0, sock]
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            rest = None if until is None else max(0.0, until - time.monotonic())
            ready, ready_to_write, _ = select.select(readers, [sock] if writable else [], [], rest)
            if 0 in ready:
                self.listen()
            if sock in ready or ready_to_write:
                return True
            if until is not None and time.monotonic() >= until:
                return False

    def listen(self):
        heard = os.read(0, 4096)
        if not heard:
            sys.exit(0)  # The harness is done.
        *lines, self.unread = (self.unread + heard).split(b"\n")
        if any(json.loads(line).get("user") == "close" for line in lines) and not self.deaf:
            raise ClosedByUser


class WebSocket:
    """One connection. Reads and writes raise Lost when it has ended."""

    def __init__(self, user, address, deadline):
        self.user, self.deadline, self.unread = user, deadline, b""
        self.sock = socket.socket()
        try:
            self.sock.setblocking(False)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock.connect_ex(address)
            self.ready(writable=True)
            self.handshake("%s:%d" % address)
            self.deadline = None
        except BaseException:
            self.sock.close()
            raise

    def handshake(self, host):
        key = base64.b64encode(os.urandom(16))
        lines = ["GET /chat HTTP/1.1", "Host: " + host, "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Key: " + key.decode(), "Sec-WebSocket-Version: 13", "", ""]
        self.write("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.unread:
            self.read()
        head, self.unread = self.unread.split(b"\r\n\r\n", 1)
        status, *fields = head.decode("latin-1").split("\r\n")
        fields = dict(field.split(":", 1) for field in fields)
        fields = {name.strip().lower(): value.strip() for name, value in fields.items()}
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        if status.split()[1] != "101" or fields.get("sec-websocket-accept") != accept:
            raise Lost(status)

    def ready(self, writable=False):
        rest = None if self.deadline is None else self.deadline - time.monotonic()
        if not self.user.wait(rest, self.sock, writable):
            raise Lost("no answer")
        error = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise Lost(os.strerror(error))

    def read(self):
        self.ready()
        try:
            some = self.sock.recv(4096)
        except OSError as error:
            raise Lost(str(error)) from error
        if not some:
            raise Lost("the stream has ended")
        self.unread += some

    def write(self, some):
        try:
            self.sock.sendall(some)  # Far less than a socket's buffer takes.
        except OSError as error:
            raise Lost(str(error)) from error

    def take(self, length):
        while len(self.unread) < length:
            self.read()
        taken, self.unread = self.unread[:length], self.unread[length:]
        return taken

    def send(self, opcode, payload=b""):
        """A frame of less than 126 bytes, masked as RFC 6455 section 5.3 asks of clients."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.write(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)

    def frame(self):
        first, length = self.take(2)
        if length >= 126:
            length = int.from_bytes(self.take(2 if length == 126 else 8), "big")
        return first & 0xF, bool(first & 0x80), self.take(length)

    def text(self):
        """The next text message. Answers pings, and a close frame, on the way."""
        message = b""
        while True:
            opcode, final, payload = self.frame()
            if opcode == PING:
                self.send(PONG, payload)
            elif opcode == CLOSE:
                self.send(CLOSE, payload[:2])
                raise Lost("closed by the server")
            elif opcode != PONG:
                message += payload
                if final:
                    return message.decode()


class Chat:
    def __init__(self, config, address, rng, flags):
        self.config, self.address, self.rng, self.flags = config, address, rng, flags
        self.user, self.failures = User(flags), 0

    def seconds(self, name):
        return self.config[name] / 1000

    def run(self):
        try:
            while self.failures <= self.config["max_retries"]:
                say(status="connecting")
                try:
                    self.talk()
                except Lost as why:
                    print("lost:", why)
                self.failures += 1
                if self.failures <= self.config["max_retries"]:
                    self.pause()
            return "gave up"
        except ClosedByUser:
            return "closed by user"

    def talk(self):
        """One connection, from the attempt to its end."""
        begun = time.monotonic()
        socket = WebSocket(self.user, self.address, begun + self.seconds("connect_timeout"))
        opened = time.monotonic()
        try:
            while True:
                text = socket.text()
                say(**({"status": "connected"} if text == "hello" else {"show": text}))
        except ClosedByUser:
            socket.send(CLOSE, (1000).to_bytes(2, "big"))
            raise
        finally:
            socket.sock.close()
            if time.monotonic() - opened >= self.seconds("stable_after"):
                self.failures = 0

    def pause(self):
        """Full jitter below a ceiling that doubles with each failure."""
        growth = 1 if "--constant" in self.flags else 2 ** (self.failures - 1)
        ceiling = min(self.seconds("base_delay") * growth, self.seconds("max_delay"))
        wait = self.rng.uniform(0, ceiling)
        say(status="retrying", attempt=self.failures, wait=round(wait * 1000))
        self.user.wait(wait)


def main():
    host, port = os.environ["HARNESS_ADDRESS"].rsplit(":", 1)
    rng = random.Random(os.environ["HARNESS_SEED"] + "/" + os.environ["HARNESS_CLIENT"])
    chat = Chat(json.loads(os.environ["HARNESS_CONFIG"]), (host, int(port)), rng, sys.argv[1:])
    say(status="disconnected", reason=chat.run())


if __name__ == "__main__":
    main()
