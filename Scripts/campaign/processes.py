"""The gateway and the simulated provider as processes, and a gateway that is killed again and again."""

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time


class CampaignFailed(Exception):
    """Something happened that must not: the campaign ends, and keeps its data directory."""


def free_port(chance):
    """A port below the range that the system hands out by itself, so that it stays free between two starts."""
    while True:
        port = chance.randrange(20_000, 32_000)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def get(port, path, timeout=30):
    """The status and the body of a GET."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def wait_until_ready(port, path, process, patience=60):
    """Waits for an answer 200; returns how long it took, or None if the process was killed meanwhile."""
    start = time.monotonic()
    while time.monotonic() < start + patience:
        if process.poll() is not None:
            return None
        try:
            if get(port, path)[0] == 200:
                return time.monotonic() - start
        except OSError:
            pass
        except http.client.HTTPException:
            pass
        time.sleep(0.004)
    raise CampaignFailed(f"127.0.0.1:{port}{path} did not answer within {patience} s")


def clean_environment(**settings):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PENNYWEIGHT_", "OPENAI_"))}
    return kept | settings


class Provider:
    """The simulated provider: it lives through the whole campaign and keeps its bill."""

    def __init__(self, binary, seed, chance):
        self.port = free_port(chance)
        command = [binary, "simulate", "--port", str(self.port), "--pace-ms", "2", "--seed", str(seed)]
        self.process = subprocess.Popen(command, env=clean_environment(), stdout=subprocess.DEVNULL)
        wait_until_ready(self.port, "/simulator/attempts", self.process)
        self.seen = 0

    def attempts(self):
        """The commands that arrived since the last time, once nothing changes any more."""
        last = None
        while True:
            now = json.loads(get(self.port, f"/simulator/attempts?after={self.seen}")[1])["attempts"]
            if now == last:
                break
            last = now
            time.sleep(0.3)
        if now:
            self.seen = now[-1]["number"]
        return now

    def stop(self):
        self.process.kill()
        self.process.wait()


class Gateway:
    """One gateway on the campaign's data directory; it can be started and killed any number of times."""

    def __init__(self, binary, data, provider, chance, log, **settings):
        self.port = free_port(chance)
        self.command = [binary, "serve", "--port", str(self.port), "--data", data, "--log-level", "error"]
        self.environment = clean_environment(
            OPENAI_BASE_URL=f"http://127.0.0.1:{provider.port}/v1", OPENAI_API_KEY="test",
            PENNYWEIGHT_DRAIN_SECONDS="5", **settings,
        )
        self.log = log
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=self.log
        )

    def wait_until_ready(self):
        took = wait_until_ready(self.port, "/readyz", self.process)
        if took is None:
            raise CampaignFailed(f"a gateway ended by itself with {self.process.returncode} before it was ready")
        return took

    def kill(self):
        if self.process.poll() is not None:
            raise CampaignFailed(f"a gateway ended by itself with {self.process.returncode}")
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        """Ends it as a service manager does: it finishes what runs and settles."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            code = self.process.wait(timeout=90)
        except subprocess.TimeoutExpired as timeout:
            raise CampaignFailed("a gateway did not end within 90 s of SIGTERM") from timeout
        if code != 0:
            raise CampaignFailed(f"a gateway ended with {code} after SIGTERM")

    def destroy(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Killer(threading.Thread):
    """Kills and restarts one gateway a number of times: one time in four while it starts, else under load."""

    def __init__(self, gateway, kills, life, chance):
        super().__init__(daemon=True)
        self.gateway, self.kills, self.life, self.chance = gateway, kills, life, chance
        self.killed_early, self.starts, self.problem = 0, [], None

    def run(self):
        try:
            for _ in range(self.kills):
                self.gateway.start()
                if self.chance.random() < 0.25:
                    # About as long as a start takes: some of these instants are before the sweep, some in it.
                    usual = sorted(self.starts)[len(self.starts) // 2] if self.starts else 0.3
                    time.sleep(self.chance.uniform(0, 1.3 * usual))
                    self.killed_early += 1
                else:
                    self.starts.append(self.gateway.wait_until_ready())
                    time.sleep(self.chance.uniform(0.01, self.life))
                self.gateway.kill()
        except CampaignFailed as problem:
            self.problem = problem
