#!/usr/bin/env python3
"""Kills the gateway under load with SIGKILL, again and again, and compares its ledger with the provider's bill.

The simulated provider runs in a process of its own and lives on. One or more gateways on one data directory are killed
at random instants (while they start, too) and started again. Their callers never stop: plain calls, streams, callers
that hang up, retries, refusals, broken answers, cache hits, identical calls at once, embeddings, images, videos.

Every few dozen kills everything is brought to rest, and the ledger is compared with the bill attempt by attempt: each
command that reached the provider has exactly one line, which is exact and equal to what was billed, or estimated
around it, or unknown; no line says money that was not billed; no attempt is open; the report says the same sum.

A name that the caller gives each call ties both sides together: the gateway keeps it as a tag, and passes it to the
provider in a header. Random is seeded and the seed is printed. A failing campaign keeps its data directory.
Uses Python's standard library only.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal

from campaign.ledger import LedgerFile
from campaign.load import Caller, Pause, kinds_of
from campaign.matching import Bill, Verdict, compare_all, twice_paid
from campaign.processes import CampaignFailed, Gateway, Killer, Provider, clean_environment, get

PICOS = 10**12


class Campaign:
    def __init__(self, options):
        self.options = options
        self.chance = random.Random(options.seed)
        self.directory = tempfile.mkdtemp(prefix="kill-campaign-", dir=options.work)
        self.data = os.path.join(self.directory, "data")
        self.log = open(os.path.join(self.directory, "gateway.log"), "wb")  # noqa: SIM115 - closed in close()
        self.provider = Provider(options.binary, options.seed, self.chance)
        settings = {"PENNYWEIGHT_CACHE_FLIGHTS_ACROSS_PROCESSES": "true"} if options.across else {}
        self.gateways = [
            Gateway(
                options.binary, self.data, self.provider, random.Random(f"{options.seed} port {number}"), self.log,
                **settings,
            )
            for number in range(options.gateways)
        ]
        self.pause = Pause()
        self.callers = []
        self.verdict = Verdict()
        self.bills = collections.defaultdict(list)
        self.kills = self.killed_early = 0
        self.starts = []

    # One campaign: stretches of kills under load, each followed by a comparison at rest.

    def run(self):
        self.first_start()
        end = None if self.options.seconds is None else time.monotonic() + self.options.seconds
        while self.kills < self.options.rounds and (end is None or time.monotonic() < end):
            stretch = min(self.options.stretch, self.options.rounds - self.kills)
            self.kill(stretch)
            self.compare()
            print(
                f"{self.kills:5} kills, {sum(caller.sent for caller in self.callers)} requests, "
                f"{self.verdict.billed} billed: {self.verdict.exact} exact, {self.verdict.estimated} estimated, "
                f"{self.verdict.unknown} unknown",
                flush=True,
            )
        self.check_tools()
        groups = sum(len(caller.groups) for caller in self.callers)
        if groups >= 20 and not sum(caller.coalesced for caller in self.callers):
            raise CampaignFailed(f"{groups} groups of identical calls, and none shared an answer")

    def first_start(self):
        """Makes the ledger, and finds out what the gateway serves."""
        gateway = self.gateways[0]
        gateway.start()
        self.starts.append(gateway.wait_until_ready())
        kinds = kinds_of(gateway.port)
        gateway.end()
        ports = [gateway.port for gateway in self.gateways]
        for number in range(self.options.callers):
            caller = Caller(
                f"c{number}", ports, kinds, self.options.seed, self.pause, lambda: self.kills, self.options.across
            )
            self.callers.append(caller)
            caller.start()
        print("load: " + ", ".join(kinds) + f"; {len(self.callers)} callers, {len(ports)} gateway(s)", flush=True)

    def kill(self, rounds):
        share, rest = divmod(rounds, len(self.gateways))
        killers = [
            Killer(gateway, share + (number < rest), self.options.life, random.Random(self.chance.random()))
            for number, gateway in enumerate(self.gateways)
        ]
        self.pause.is_open.set()
        for killer in killers:
            killer.start()
        for killer in killers:
            killer.join()
            self.killed_early += killer.killed_early
            self.starts += killer.starts
        self.kills += rounds
        self.pause.is_open.clear()
        for caller in self.callers:
            if not caller.is_idle.wait(timeout=60):
                raise CampaignFailed("a call did not end within 60 s")
        for killer in killers:
            if killer.problem:
                raise killer.problem

    def compare(self):
        """Starts once more, so that what the kills left behind is closed, and compares at rest."""
        gateway = self.gateways[0]
        gateway.start()
        self.starts.append(gateway.wait_until_ready())
        self.finish_jobs(gateway)
        gateway.end()
        # Everything is compared each time: a request that a killed gateway had sent may still lie in a socket while the
        # stretch is compared, and reach the provider later.
        self.collect_bills()
        with LedgerFile(self.data) as ledger:
            self.verdict = compare_all(ledger.attempts(), self.bills)
            problems = ledger.problems()
            unlabelled = ledger.unlabelled()
            exact = ledger.exact_total()
        if unlabelled:
            problems.append(f"{unlabelled} attempts of no known call")
        said = round(Decimal(self.report()["total"]["charged_usd"]) * PICOS)
        if said != exact:
            problems.append(f"the report says {said} picodollars, the lines {exact}")
        problems += twice_paid((group for caller in self.callers for group in caller.groups), self.bills)
        self.verdict.problems += problems
        if self.verdict.problems or not self.verdict.is_good:
            raise CampaignFailed("the ledger and the bill differ")

    def finish_jobs(self, gateway):
        """Looks at videos whose id no caller knows, or that nobody has looked at to their end."""
        for _ in range(50):
            with LedgerFile(self.data) as ledger:
                jobs = ledger.open_jobs()
            if not jobs:
                return
            for job in jobs:
                get(gateway.port, f"/v1/videos/{job}")
        raise CampaignFailed(f"{len(jobs)} videos were looked at 50 times and are not settled")

    def collect_bills(self):
        for attempt in self.provider.attempts():
            if attempt["outcome"] is None:
                amount = 0
            elif attempt["amount"] is None:
                amount = None
            else:
                amount = round(Decimal(attempt["amount"]) * PICOS)
            bill = Bill(attempt["number"], amount, attempt["outcome"])
            self.bills[attempt["label"] or "no label"].append(bill)

    # The command line's own tools.

    def tool(self, *arguments):
        command = [self.options.binary, *arguments, "--data", self.data]
        return subprocess.run(command, env=clean_environment(), capture_output=True, text=True)

    def report(self):
        result = self.tool("report", "--format", "json")
        if result.returncode != 0:
            raise CampaignFailed(f"the report failed: {result.stderr}")
        return json.loads(result.stdout)

    def check_tools(self):
        usage = subprocess.run([self.options.binary, "ledger", "verify", "--help"], capture_output=True, text=True)
        if "ledger verify" not in usage.stdout:
            return
        result = self.tool("ledger", "verify")
        print("ledger verify: " + (result.stdout + result.stderr).strip().replace("\n", "\n    "))
        if result.returncode != 0:
            raise CampaignFailed(f"ledger verify ends with {result.returncode}")

    # The end.

    def close(self):
        self.pause.is_over = True
        self.pause.is_open.set()
        for gateway in self.gateways:
            gateway.destroy()
        self.provider.stop()
        self.log.close()

    def summary(self, seconds):
        verdict = self.verdict
        with LedgerFile(self.data) as ledger:
            counts = ledger.counts()
        starts = sorted(self.starts)
        kinds = sum((caller.kinds for caller in self.callers), collections.Counter())
        lines = [
            f"{self.kills} kills in {seconds:.0f} s, {self.killed_early} of them while starting; a start takes "
            f"{1000 * starts[len(starts) // 2]:.0f} ms, at most {1000 * starts[-1]:.0f} ms",
            f"requests {sum(caller.sent for caller in self.callers)}, answered "
            f"{sum(caller.answered for caller in self.callers)}: "
            + ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())),
            f"ledger: {counts['calls']} calls, {counts['attempts']} attempts, {counts['savings']} savings, "
            f"{counts['open']} open, {counts['bytes']} bytes",
            f"billed attempts {verdict.billed}: exact {verdict.exact}, estimated {verdict.estimated}, "
            f"unknown {verdict.unknown}; not billed {verdict.unbilled}",
            f"identical calls at once: {sum(len(caller.groups) for caller in self.callers)} groups answered, "
            f"{sum(caller.coalesced for caller in self.callers)} calls shared another's",
            f"lost {verdict.lost}, doubled {verdict.doubled}, out of bounds {verdict.out_of_bounds}",
        ]
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=1_000_000_000, help="how many kills")
    parser.add_argument("--seconds", type=float, help="stop after this time, at the end of a stretch")
    parser.add_argument("--gateways", type=int, default=1, help="how many gateways share the ledger")
    parser.add_argument("--across", action="store_true", help="let the gateways share calls in flight")
    parser.add_argument("--callers", type=int, default=10)
    parser.add_argument("--stretch", type=int, default=50, help="kills between two comparisons")
    parser.add_argument("--life", type=float, default=0.5, help="the longest a gateway lives once it is ready, in seconds")
    parser.add_argument("--work", help="where the data directory is made")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    if options.seconds is None and options.rounds == 1_000_000_000:
        options.rounds = 100
    print(f"seed {options.seed}", flush=True)
    start = time.monotonic()
    campaign = Campaign(options)
    failure = None
    try:
        campaign.run()
    except CampaignFailed as problem:
        failure = problem
    finally:
        campaign.close()
    if pathlib.Path(campaign.data, "ledger.sqlite").exists():
        print(campaign.summary(time.monotonic() - start))
    if campaign.verdict.billed == 0 and failure is None:
        failure = CampaignFailed("nothing was billed: the campaign proved nothing")
    if failure is not None:
        for problem in campaign.verdict.problems[:20]:
            print("  " + problem)
        sys.exit(
            f"FAILED: {failure}\nkept: {campaign.directory}\nagain: {' '.join(sys.argv)}"
            + ("" if "--seed" in sys.argv else f" --seed {options.seed}")
        )
    shutil.rmtree(campaign.directory)
    print("passed")


if __name__ == "__main__":
    main()
