"""What callers do to the gateway while it is killed. Every failure of a call is expected; only the bill counts."""

import collections
import http.client
import itertools
import json
import random
import threading
import time

LABEL_HEADER = "x-simulate-label"


class Pause:
    """Lets all callers stop between two calls, and go on."""

    def __init__(self):
        self.is_open = threading.Event()
        self.is_over = False


class Caller(threading.Thread):
    """Makes one call after the other, of random kinds, at a random gateway."""

    def __init__(self, name, ports, kinds, seed, pause, round_of, across=False):
        super().__init__(daemon=True)
        self.label_stem, self.ports, self.pause, self.round_of = name, ports, pause, round_of
        self.chance = random.Random(f"{seed} {name}")
        self.across = across
        self.names, self.weights = zip(*kinds.items())
        self.numbers = itertools.count(1)
        self.connections = {}
        self.videos = collections.deque(maxlen=20)
        self.sent, self.answered, self.kinds = 0, 0, collections.Counter()
        # The labels of identical calls that were all answered, and how many of them shared another's call.
        self.groups, self.coalesced = [], 0
        self.is_idle = threading.Event()

    def run(self):
        while not self.pause.is_over:
            if not self.pause.is_open.is_set():
                self.is_idle.set()
                self.pause.is_open.wait(0.1)
                continue
            self.is_idle.clear()
            kind = self.chance.choices(self.names, self.weights)[0]
            port = self.chance.choice(self.ports)
            sent = self.sent
            try:
                getattr(self, kind)(port)
                self.answered += 1
            except (OSError, http.client.HTTPException, ValueError):
                # The gateway was killed, or is not up yet.
                self.drop(port)
                time.sleep(0.01)
            self.kinds[kind] += self.sent - sent

    # What a call is made of.

    def drop(self, port):
        connection = self.connections.pop(port, None)
        if connection is not None:
            connection.close()

    def send(self, port, method, path, body=None, **headers):
        connection = self.connections.get(port)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.connect()
            self.connections[port] = connection
        self.request(connection, method, path, body, **headers)
        return connection.getresponse()

    def request(self, connection, method, path, body=None, **headers):
        """Sends a request, and gives the label that names its call."""
        fields = {"authorization": "Bearer test", "content-type": "application/json"}
        label = None
        if method == "POST":
            label = f"{self.label_stem}-{next(self.numbers)}"
            fields |= {LABEL_HEADER: label, "x-pennyweight-tags": f"label={label}"}
        fields |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
        self.sent += 1
        connection.request(method, path, None if body is None else json.dumps(body), fields)
        return label

    def finish(self, port, answer):
        answer.read()
        if answer.will_close:
            self.drop(port)
        return answer.status

    def chat_body(self, **more):
        return {
            "model": "gpt-4o-mini",
            "max_tokens": self.chance.randint(5, 80),
            "messages": [{"role": "user", "content": f"Tell me about {self.chance.getrandbits(64):x}."}],
        } | more

    def chat(self, port, body, **headers):
        headers = {"x_simulate_pace_ms": self.chance.choice([0, 0, 1, 3, 10])} | headers
        return self.send(port, "POST", "/v1/chat/completions", body, **headers)

    # The kinds of calls.

    def plain(self, port):
        self.finish(port, self.chat(port, self.chat_body()))

    def stream(self, port):
        self.finish(port, self.chat(port, self.chat_body(stream=True)))

    def leaver(self, port):
        """Reads some of a stream and hangs up."""
        answer = self.chat(port, self.chat_body(stream=True), x_simulate_pace_ms=self.chance.choice([2, 10]))
        for _ in range(self.chance.randint(0, 20)):
            if not answer.readline():
                break
        self.drop(port)

    def impatient(self, port):
        """Asks for a plain answer and hangs up before it comes."""
        answer_in = self.chance.uniform(0.001, 0.2)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=answer_in)
        self.drop(port)
        self.connections[port] = connection
        connection.connect()
        try:
            self.chat(port, self.chat_body(), x_simulate_pace_ms=5).read()
        finally:
            self.drop(port)

    def retried(self, port):
        fault = self.chance.choice(["500-once", "500-twice", "503-once", "502-twice", "html-once"])
        body = self.chat_body(stream=self.chance.random() < 0.5)
        self.finish(port, self.chat(port, body, x_simulate=fault))

    def refused(self, port):
        fault = self.chance.choice(["400", "404", "422", "quota", "context"])
        self.finish(port, self.chat(port, self.chat_body(), x_simulate=fault))

    def broken(self, port):
        fault = self.chance.choice(["cut", "malformed", "error-event", "no-usage", "filtered"])
        body = self.chat_body(stream=self.chance.random() < 0.7)
        self.finish(port, self.chat(port, body, x_simulate=fault))

    def again(self, port):
        """One of few questions: the first caller of a round pays, the others hit or join."""
        number = f"{self.round_of() // 5} {self.chance.randint(1, 6)}"
        body = {
            "model": "gpt-4.1-mini",
            "max_tokens": 30,
            "messages": [{"role": "user", "content": f"What is {number}?"}],
            "stream": self.chance.random() < 0.5,
        }
        self.finish(port, self.chat(port, body))

    def twins(self, port):
        """The same new question from several callers at once: one of them is billed, if nobody is killed.

        Where gateways share calls in flight, the callers may ask any of them."""
        body = self.chat_body()
        if self.chance.random() < 0.3:
            body["stream"] = True
        pace = self.chance.choice([0, 3, 10])
        labels, connections = [], []
        try:
            for _ in range(self.chance.randint(2, 5)):
                chosen = self.chance.choice(self.ports) if self.across else port
                connection = http.client.HTTPConnection("127.0.0.1", chosen, timeout=20)
                connections.append(connection)
                labels.append(self.request(connection, "POST", "/v1/chat/completions", body, x_simulate_pace_ms=pace))
            whole, joined = True, 0
            for connection in connections:
                answer = connection.getresponse()
                whole = whole and answer.status == 200
                joined += "collapsed" in (answer.getheader("cache-status") or "")
                answer.read()
            if whole:
                self.groups.append(labels)
                self.coalesced += joined
        finally:
            for connection in connections:
                connection.close()

    def embedding(self, port):
        text = f"{self.chance.getrandbits(64):x} " * self.chance.randint(1, 20)
        body = {"model": "text-embedding-3-small", "input": text, "dimensions": 8}
        self.finish(port, self.send(port, "POST", "/v1/embeddings", body))

    def image(self, port):
        body = {
            "model": "gpt-image-1-mini",
            "prompt": f"A {self.chance.getrandbits(64):x}",
            "size": "64x64",
            "quality": "low",
        }
        pace = self.chance.choice([0, 0, 1])
        self.finish(port, self.send(port, "POST", "/v1/images/generations", body, x_simulate_pace_ms=pace))

    def video(self, port):
        """Starts a video, or looks at one that was started before, perhaps by a gateway that is dead now."""
        if self.videos and self.chance.random() < 0.75:
            self.look(port)
            return
        body = {
            "model": "sora-2",
            "prompt": f"A {self.chance.getrandbits(64):x}",
            "seconds": self.chance.choice(["4", "8", "12"]),
            "size": "720x1280",
        }
        headers = {"x_simulate": "failed"} if self.chance.random() < 0.2 else {}
        answer = self.send(port, "POST", "/v1/videos", body, **headers)
        text = answer.read()
        if answer.status == 200:
            self.videos.append(json.loads(text)["id"])

    def look(self, port):
        identifier = self.videos[0]
        answer = self.send(port, "GET", f"/v1/videos/{identifier}")
        text = answer.read()
        if answer.status == 404 or json.loads(text).get("status") in ("completed", "failed"):
            self.videos.remove(identifier)
        else:
            self.videos.rotate(-1)


KINDS = {
    "plain": 20, "stream": 22, "leaver": 8, "impatient": 4, "retried": 8, "refused": 3, "broken": 6, "again": 14,
    "twins": 8, "embedding": 8, "image": 5, "video": 8,
}


def kinds_of(port):
    """The kinds that the gateway serves: it may have no videos."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        fields = {"content-type": "application/json", LABEL_HEADER: "probe", "x-pennyweight-tags": "label=probe"}
        connection.request("POST", "/v1/videos", b"{}", fields)
        status = connection.getresponse().status
    finally:
        connection.close()
    return {name: weight for name, weight in KINDS.items() if name != "video" or status != 404}
