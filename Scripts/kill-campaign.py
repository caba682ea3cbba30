#!/usr/bin/env python3
"""Kills the gateway under load with SIGKILL, again and again, and checks that the ledger lost nothing.

The simulated provider runs in a process of its own and bills every call. The gateway in front of it is killed at a
random moment while plain calls and streams are in flight, and started again on the same files. At the end:

* no attempt is open: what the kills left behind was closed as estimated or unknown;
* there are at least as many attempt lines as calls that the provider billed;
* exact total <= billed <= exact total + upper bounds of the estimated lines.

Random is seeded; the seed is printed. Uses Python's standard library only.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from decimal import Decimal


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read()


def wait_until_ready(url, process, patience=30):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"the process ended with {process.returncode} before it was ready")
        try:
            get(url)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    sys.exit(f"not ready within {patience} s: {url}")


class Load(threading.Thread):
    """Sends calls until told to stop; every failure is expected, since the gateway gets killed."""

    def __init__(self, base, number, stop):
        super().__init__(daemon=True)
        self.base, self.number, self.stop, self.sent = base, number, stop, 0

    def run(self):
        while not self.stop.is_set():
            self.sent += 1
            body = {
                "model": "gpt-4o-mini",
                "max_tokens": 60,
                "stream": self.sent % 2 == 0,
                "messages": [{"role": "user", "content": f"call {self.number}-{self.sent}-{os.urandom(4).hex()}"}],
            }
            request = urllib.request.Request(
                self.base + "/v1/chat/completions",
                data=json.dumps(body).encode(),
                headers={"content-type": "application/json", "authorization": "Bearer test"},
            )
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    response.read()
            except Exception:  # noqa: BLE001 - the connection dies with the gateway
                time.sleep(0.02)


def report(binary, data):
    out = subprocess.run(
        [binary, "report", "--format", "json", "--data", data], check=True, capture_output=True, text=True
    )
    return json.loads(out.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)

    with tempfile.TemporaryDirectory() as data:
        simulator_port = free_port()
        simulator = subprocess.Popen(
            [options.binary, "simulate", "--port", str(simulator_port), "--pace-ms", "5"],
            stdout=subprocess.DEVNULL,
        )
        gateway = None
        try:
            simulator_url = f"http://127.0.0.1:{simulator_port}"
            wait_until_ready(simulator_url + "/simulator/charges", simulator)
            port = free_port()
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PENNYWEIGHT_")}
            environment = dict(kept, OPENAI_BASE_URL=simulator_url + "/v1", OPENAI_API_KEY="test")
            command = [options.binary, "serve", "--port", str(port), "--data", data]
            base = f"http://127.0.0.1:{port}"
            end = time.monotonic() + options.seconds
            kills = 0
            while time.monotonic() < end:
                gateway = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                wait_until_ready(base + "/readyz", gateway)
                stop = threading.Event()
                load = [Load(base, f"{kills}.{number}", stop) for number in range(8)]
                for thread in load:
                    thread.start()
                time.sleep(chance.uniform(0.2, 1.5))
                gateway.send_signal(signal.SIGKILL)
                gateway.wait()
                stop.set()
                for thread in load:
                    thread.join(timeout=15)
                kills += 1
            # The last start finds what the last kill left behind; a graceful end leaves nothing open.
            gateway = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_until_ready(base + "/readyz", gateway)
            gateway.terminate()
            gateway.wait(timeout=60)
            gateway = None
            time.sleep(0.5)
            check(report(options.binary, data), json.loads(get(simulator_url + "/simulator/charges")), kills)
        finally:
            for process in (gateway, simulator):
                if process is not None and process.poll() is None:
                    process.kill()
                    process.wait()


def check(ledger, provider, kills):
    total = ledger["total"]
    billed = Decimal(provider["total"])
    exact = Decimal(total["charged_usd"])
    upper = Decimal(total["estimated_upper_usd"])
    attempts = total["calls"] - total["hits"]
    print(
        f"{kills} kills; billed {provider['count']} calls, {billed} USD; ledger {attempts} calls, "
        f"exact {exact} USD, estimated up to {upper} USD, unknown {total['unknown_calls']}, open {ledger['open_holds']}"
    )
    problems = []
    if kills == 0 or provider["count"] == 0:
        problems.append("nothing was killed or billed: the campaign proved nothing")
    if ledger["open_holds"] != 0:
        problems.append("attempts are still open")
    if attempts < provider["count"]:
        problems.append("the provider billed calls that the ledger does not know")
    if exact > billed:
        problems.append("the ledger invented money")
    if billed > exact + upper and total["unknown_calls"] == 0:
        problems.append("money is missing from the ledger")
    if problems:
        sys.exit("FAILED: " + "; ".join(problems))
    print("passed")


if __name__ == "__main__":
    main()
