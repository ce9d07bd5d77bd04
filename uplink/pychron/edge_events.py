"""Posts events from Pychron, or any Python, to a pychron-edge agent (POST /events).

Copy this one file beside your scripts; it needs nothing but Python 3.5 or newer.

    import edge_events
    edge_events.configure("http://line1.lab:9119", token="...")    # or PYCHRON_EDGE_URL and PYCHRON_EDGE_TOKEN
    edge_events.post("run_started", queue="FC-12", run_id=uuid)    # Pychron's own names count as they do there
    edge_events.run(uuid, "12345-01A", analysis_type="unknown", sample="FC-2")
    edge_events.database("save_analysis", 0.41)
    with edge_events.timed("pipeline", "fit isotopes"):
        ...

Nothing here raises, whatever it is given and whatever the network does, and nothing waits longer than 0.2 s: events are put into a
queue of at most 1000 and sent by a thread. While the agent is away they are kept; beyond 1000 the oldest are dropped. Every call
says whether the event was queued; `status()` says what became of the others.
"""

import atexit
import json
import math
import os
import re
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from contextlib import contextmanager

MAX_QUEUED = 1000  # events
MAX_BATCH = 200  # events in one request
MAX_WAIT = 0.15  # seconds in flush and at the end of the program, with room to the 0.2 that nothing takes longer than
REQUEST_TIMEOUT = 5.0  # seconds, in the thread
RETRY = 1.0  # seconds between tries while the agent is away

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


class _Sender(object):
    """The queue and the thread that empties it."""

    def __init__(self):
        self.url = os.environ.get("PYCHRON_EDGE_URL", "http://127.0.0.1:9119")
        self.token = os.environ.get("PYCHRON_EDGE_TOKEN", "")
        self.changed = threading.Condition()
        self.queue = deque()
        self.sending = False
        self.dropped = 0
        self.sent = 0
        self.error = ""
        self.pid = None  # of the process whose thread runs: a fork has none
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def put(self, event):
        with self.changed:
            if self.pid != os.getpid():
                thread = threading.Thread(target=self.run, name="edge_events")
                thread.daemon = True
                thread.start()
                self.pid, self.sending = os.getpid(), False
            if len(self.queue) >= MAX_QUEUED:
                self.queue.popleft()
                self.dropped += 1
            self.queue.append(event)
            self.changed.notify_all()

    def run(self):
        while True:
            with self.changed:
                while not self.queue:
                    self.changed.wait()
                batch = [self.queue.popleft() for _ in range(min(MAX_BATCH, len(self.queue)))]
                self.sending = True
            try:
                again = self.send(batch)
            except Exception as e:  # a thread that dies would send nothing any more
                again = []
                self.lose(len(batch), e)
            with self.changed:
                self.queue.extendleft(reversed(again))
                while len(self.queue) > MAX_QUEUED:
                    self.queue.popleft()
                    self.dropped += 1
                self.sending = False
                self.changed.notify_all()
            if again:
                time.sleep(RETRY)

    def send(self, batch):
        """Posts a batch, and gives what is to be posted again. The agent takes all of a body or nothing: where it refuses, each event
        is posted alone, so that only the bad one is lost."""
        try:
            self.request(batch)
            self.sent += len(batch)
            self.error = ""
        except urllib.error.HTTPError as e:
            with e:
                why = e.read(1000).decode("utf-8", "replace")
            if e.code in (408, 429) or e.code >= 500:
                self.error = why
                return batch
            if e.code != 400 or len(batch) == 1:
                self.lose(len(batch), why)
                return []
            for n, one in enumerate(batch):
                if self.send([one]):
                    return batch[n:]
        except Exception as e:  # not reached: refused, no route, timed out
            self.error = str(e)
            return batch
        return []

    def request(self, batch):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["X-Pychron-Edge-Token"] = self.token
        request = urllib.request.Request(self.url.rstrip("/") + "/events", json.dumps(batch).encode("utf-8"), headers)
        self.opener.open(request, timeout=REQUEST_TIMEOUT).close()

    def lose(self, n, why):
        self.dropped += n
        self.error = str(why)

    def flush(self, timeout):
        end = time.monotonic() + max(0.0, min(timeout, MAX_WAIT))
        with self.changed:
            while self.queue or self.sending:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(left)
        return True


_sender = _Sender()


def configure(url=None, token=None):
    """Says where the agent is, and with which token it is posted to; on the agent's own machine none is needed."""
    try:
        if url is not None:
            _sender.url = str(url)
        if token is not None:
            _sender.token = str(token)
        return True
    except Exception:
        return False


def _event(kind, metric, value, labels, status="success"):
    try:
        value = float(value)
        name = metric
        if not isinstance(name, str) or not _NAME.match(name) or not math.isfinite(value):
            raise ValueError("metric %r, value %r" % (name, value))
        texts = {}
        for key, text in labels.items():
            if text is not None:
                texts[str(key)] = str(text)[:120]
        _sender.put({"event_type": kind, "metric_name": name, "value": value, "labels": texts,
                     "status": str(status)[:120], "timestamp": time.time()})
        return True
    except Exception as e:
        try:
            _sender.lose(1, e)
        except Exception:
            pass
        return False


def post(metric, value=1, **labels):
    """Counts: one thing happened, or value of them."""
    return _event("counter", metric, value, labels, labels.get("status") or "success")


def gauge(metric, value, **labels):
    """Says how much there is of something now."""
    return _event("gauge", metric, value, labels)


def observe(metric, seconds, **labels):
    """Says how long something took. The name should end with _seconds."""
    return _event("histogram", metric, seconds, labels)


def run(run_id, identifier=None, analysis_type=None, **labels):
    """Says what the run with Pychron's uuid is called by people (12345-01A), and what kind of analysis it is."""
    return _event("counter", "run_described", 1,
                  dict(labels, run_id=run_id, identifier=identifier, analysis_type=analysis_type))


def _operation(what, name, seconds, result, labels):
    return _event("histogram", what + "_operation_seconds", seconds, dict(labels, operation=name, result=result), result)


def database(name, seconds, result="success", **labels):
    """An operation on the database has ended."""
    return _operation("database", name, seconds, result, labels)


def repository(name, seconds, result="success", **labels):
    """An operation on a repository (commit, push, pull) has ended."""
    return _operation("repository", name, seconds, result, labels)


def pipeline(name, seconds, result="success", **labels):
    """A step of a pipeline has ended."""
    return _operation("pipeline", name, seconds, result, labels)


@contextmanager
def timed(what, name, **labels):
    """Measures what stands below it, of a database, repository or pipeline. An exception in there passes, and is told as failed."""
    begun = time.monotonic()
    result = "failed"
    try:
        yield
        result = "success"
    finally:
        _operation(str(what), name, time.monotonic() - begun, result, labels)


def flush(timeout=MAX_WAIT):
    """Waits until all is sent, at most 0.2 s, and says whether it is."""
    try:
        return _sender.flush(float(timeout))
    except Exception:
        return False


def status():
    """What became of the events: sent, waiting, dropped, and the last error."""
    return {"sent": _sender.sent, "waiting": len(_sender.queue), "dropped": _sender.dropped, "error": _sender.error}


atexit.register(flush)
