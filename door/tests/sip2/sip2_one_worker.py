"""A library system with one worker, as a process of its own: it accepts everybody and serves one until he leaves."""

from __future__ import annotations

import socket

from sip2_scripted import honest, logged_in, on_line, opened

SAYS = {b"93": logged_in, b"99": on_line, b"23": honest}


def main() -> None:
    """Print the port and serve for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            talk, _ = listening.accept()
            with talk:
                serve(talk)


def serve(talk: socket.socket) -> None:
    """One connection, to its end."""
    waiting = b""
    while True:
        try:
            if not (came := talk.recv(4096)):
                return
            *lines, waiting = (waiting + came).split(b"\r")
            for line in lines:
                talk.sendall(SAYS[line[:2]](opened(line)))
        except OSError:
            return


if __name__ == "__main__":
    main()
