"""moto's S3 server on a free loopback port, which it prints: requests one after another, and faults by the name of the bucket.

moto looks at a condition and writes in two steps, so that two writers at once could both be told that theirs held. S3 does not do
that; a lock around each request gives its promise back. The server ends when its standard input is closed.
"""

import hashlib
import io
import logging
import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")


class FaultyServer:
    def __init__(self):
        self.app = DomainDispatcherApplication(create_backend_app)
        self.lock = threading.Lock()
        self.lost = set()

    def __call__(self, environ, start_response):
        with self.lock:
            return list(self.answer(environ, start_response))

    def answer(self, environ, start_response):
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        _, bucket, key = (environ["PATH_INFO"] + "//").split("/", 2)
        fault = bucket.split("-", 1)[0] if key.strip("/") else ""
        query = environ["QUERY_STRING"]
        conditional = any(name in environ for name in CONDITIONS)
        if fault == "crowded" and key.startswith("blobs/"):
            return crowd(bucket, int(key.split("/")[1]), start_response)
        if fault == "careless":
            # An engine that does not heed conditions.
            for name in CONDITIONS:
                environ.pop(name, None)
        if fault == "unconditional" and conditional:
            return refused(environ, start_response, "501 Not Implemented", "NotImplemented")
        if fault == "throttling":
            return refused(environ, start_response, "503 Slow Down", "SlowDown")
        if fault == "full" and environ["REQUEST_METHOD"] == "PUT":
            return refused(environ, start_response, "507 Insufficient Storage", "XMinioStorageFull")
        if fault == "partless" and "partNumber=2" in query:
            return refused(environ, start_response, "403 Forbidden", "AccessDenied")
        if fault == "answerless" and self.loses_answer(environ, key, conditional):
            # The request is done, but the client is not told so, and sends it again.
            self.run(environ)
            return refused(environ, start_response, "500 Internal Server Error", "InternalError")
        if fault == "unsummed":
            # An engine that keeps no checksums.
            return self.run(environ, start_response, without="x-amz-checksum")
        return self.app(environ, start_response)

    def loses_answer(self, environ, key, conditional):
        completing = environ["REQUEST_METHOD"] == "POST" and "uploadId=" in environ["QUERY_STRING"]
        if key in self.lost or ".conditional-writes" in key or not (conditional or completing):
            return False
        self.lost.add(key)
        return True

    def run(self, environ, start_response=None, without=None):
        answered = {}

        def start(status, headers, exc_info=None):
            answered["status"] = status
            answered["headers"] = [pair for pair in headers if without is None or not pair[0].lower().startswith(without)]

        body = list(self.app(environ, start))
        if start_response is not None:
            start_response(answered["status"], answered["headers"])
        return body


def crowd(bucket, count, start_response):
    """Puts that many blobs ("blob 0", …) where a store would put them."""
    backend = s3_backends["123456789012"]["aws"]
    for i in range(count):
        value = f"blob {i}".encode()
        digest = hashlib.sha256(value).hexdigest()
        backend.put_object(bucket, f"objects/sha256/{digest[:2]}/{digest}", value)
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]


def refused(environ, start_response, status, code):
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else f"<Error><Code>{code}</Code><Message>{status}</Message></Error>".encode()
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, FaultyServer(), threaded=True)
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.server_port, flush=True)
server.serve_forever()
