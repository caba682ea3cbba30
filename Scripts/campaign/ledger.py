"""What a ledger file says, read with SQL and without the product's own code."""

import pathlib
import sqlite3

from .matching import Line

# The attempts of the calls that carry a label, oldest first: hold, label, and its line if it has one.
ATTEMPTS = """
SELECT hold.id, tag.value, line.cost_status, line.cost_lower, line.cost_upper, line.outcome
FROM hold
JOIN call_tag ON call_tag.call = hold.call
JOIN tag ON tag.id = call_tag.tag AND tag.name = 'label'
LEFT JOIN line ON line.hold = hold.id
ORDER BY hold.call, hold.attempt, hold.id
"""
UNLABELLED = """
SELECT count(*) FROM hold WHERE NOT EXISTS (
    SELECT 1 FROM call_tag JOIN tag ON tag.id = call_tag.tag AND tag.name = 'label' WHERE call_tag.call = hold.call)
"""


class LedgerFile:
    """One ledger; used only while no gateway runs."""

    def __init__(self, data):
        self.path = pathlib.Path(data) / "ledger.sqlite"
        self.connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        self.connection.execute("BEGIN")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _one(self, sql):
        return self.connection.execute(sql).fetchone()[0]

    def attempts(self):
        """All attempts, by label."""
        lines = {}
        for hold, label, status, lower, upper, outcome in self.connection.execute(ATTEMPTS):
            # A label that two calls carry would be a mistake of the campaign: each is made once.
            lines.setdefault(label, []).append(Line(hold, status or "open", lower, upper, outcome))
        return lines

    def unlabelled(self):
        return self._one(UNLABELLED)

    def open_jobs(self):
        """The provider's ids of jobs whose attempt is open."""
        return [
            row[0]
            for row in self.connection.execute("SELECT job_id FROM job JOIN open_hold ON open_hold.hold = job.hold")
        ]

    def exact_total(self):
        """The sum of all exact lines, in pico-dollars. Added up here: SQLite's own sum stops at 64 bits."""
        rows = self.connection.execute("SELECT cost_lower FROM line WHERE cost_status = 'exact'")
        return sum(row[0] for row in rows)

    def counts(self):
        lines = dict(self.connection.execute("SELECT kind, count(*) FROM line GROUP BY kind"))
        return {
            "attempts": lines.get("attempt", 0),
            "savings": lines.get("saving", 0),
            "calls": self._one("SELECT count(*) FROM call"),
            "open": self._one("SELECT count(*) FROM open_hold"),
            "bytes": self.path.stat().st_size,
        }

    def problems(self):
        """What is wrong with the file itself, or with its promise that each hold has at most one line."""
        found = [f"integrity: {row[0]}" for row in self.connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in self.connection.execute("PRAGMA foreign_key_check")]
        doubled = self._one("SELECT count(*) FROM (SELECT hold FROM line WHERE hold NOT NULL GROUP BY hold HAVING count(*) > 1)")
        if doubled:
            found.append(f"{doubled} holds have two lines")
        wrong = self._one(
            "SELECT count(*) FROM hold WHERE (id IN (SELECT hold FROM open_hold)) = (id IN (SELECT hold FROM line))"
        )
        if wrong:
            found.append(f"{wrong} holds are neither open nor closed, or both")
        return found
