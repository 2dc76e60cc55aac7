"""A web server on this machine for downloads in tests: files by name, and answers that go wrong on purpose."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer:
    """What is served, and what was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []

    def __truediv__(self, name: str) -> str:
        return f"{self.url}/{name}"


def _handler(served: FileServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/").partition("?")[0]
            served.asked.append(name)
            if name in served.redirects:
                self.send_response(302)
                self.send_header("Location", served.redirects[name])
                self.end_headers()
            elif name not in served.files:
                self.send_error(404)
            else:
                content = served.files[name]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if name in served.cut else content)

        def log_message(self, *_) -> None:
            """Keep quiet."""

    return Handler


@contextlib.contextmanager
def serve() -> Iterator[FileServer]:
    """Serve until the block ends."""
    served = FileServer("")
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(served)) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
