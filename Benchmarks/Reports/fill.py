"""Writes lines straight into an empty ledger: what the ledger would have written, a hundred times as fast.

Real: every table and index, the shape of each row, the sizes of texts and of the usage as reported.
Synthetic: the rows come from SQL, not through reserve and settle; all values are made by arithmetic out of a line's
number. With `--chain` a chain of digests is made as well, a commit for each 64 lines, so that `ledger verify` can be timed.

However many lines there are, they lie in the same 30 days and have the same 100 combinations of account, key and
model, each with each of the three outcomes on each day. Ten lines are nine calls: five served, one served with an
estimated or unknown cost now and then, two hits, and one that was tried twice.
"""

import hashlib
import sqlite3
import sys
from struct import pack

DAYS = 30
START = 1_790_812_800 * 10**9  # 2026-10-01
DAY = 86_400 * 10**9
PAGE = 1_000_000
USAGE = (
    '{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":0,'
    '"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,'
    '"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}'
)

# i: the line's number from 0; g, k: its group of ten and its place there; s: its combination; h, t: random bits.
SERIES = f"""
WITH RECURSIVE n(i) AS (VALUES (:first) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end),
x AS (
    SELECT i, i / 10 AS g, i % 10 AS k, (i / 10) % 100 AS s,
        {START} + i * ({DAYS * DAY} / :lines) AS at,
        (i * 2654435761) & 4294967295 AS h, ((i * 40503 + 977) & 2147483647) * 2246822519 >> 8 & 4294967295 AS t
    FROM n),
y AS (
    SELECT *, g * 9 + min(k, 8) + 1 AS call,
        g * 8 + CASE WHEN k < 6 THEN k ELSE k - 2 END + 1 AS hold,
        500 + h % 2000 AS input, 50 + (h >> 11) % 900 AS output,
        (t & 255) + (t >> 8 & 255) + (t >> 16 & 255) + (t >> 24) AS e
    FROM x),
z AS (
    -- Latencies around two seconds, most of them between half a second and eight.
    SELECT *, (250000000 << (e / 170)) + (250000000 << (e / 170)) / 170 * (e % 170) AS latency,
        input * 150000 + output * 600000 AS cost
    FROM y)
"""

TABLES = {
    "call": """
        INSERT INTO call (id, call_id, at, subject, user)
        SELECT call, identifier(at, call), at, s + 1, CASE WHEN s % 2 THEN 'user-' || (h % 1000) END
        FROM z WHERE k < 9""",
    "call_tag": "INSERT INTO call_tag (call, tag) SELECT call, s % 5 + 1 FROM z WHERE k < 9 AND s % 2",
    "hold": """
        INSERT INTO hold (id, hold_id, call, attempt, epoch, subject, upper_bound, capped, queued, opened_at,
            expires_at)
        SELECT hold, identifier(at, -hold), call, CASE k WHEN 9 THEN 2 ELSE 1 END, 1, s + 1, cost * 4, 0, 0, at,
            at + 600000000000
        FROM z WHERE k NOT IN (6, 7)""",
    "line": """
        INSERT INTO line (id, kind, hold, call, at, subject, outcome, source, cost_status, cost_lower, cost_upper,
            cost_reason, avoided_status, avoided_lower, avoided_upper, price_version, status, first_byte_at,
            first_token_at, settled_at, characters, usage, input, cached_input, output, reasoning, usage_raw)
        SELECT i + 1, CASE WHEN k IN (6, 7) THEN 'saving' ELSE 'attempt' END,
            CASE WHEN k NOT IN (6, 7) THEN hold END, call, at, s + 101,
            CASE k WHEN 6 THEN NULL WHEN 7 THEN NULL WHEN 8 THEN 'absorbed' ELSE 'served' END,
            CASE WHEN k IN (6, 7) THEN 'hit' END,
            CASE WHEN k = 5 AND g % 20 = 0 THEN 'estimated' WHEN k = 5 AND g % 20 = 10 THEN 'unknown'
                ELSE 'exact' END,
            CASE WHEN k IN (6, 7, 8) OR k = 5 AND g % 20 = 0 THEN 0 WHEN k = 5 AND g % 20 = 10 THEN NULL
                ELSE cost END,
            CASE WHEN k IN (6, 7, 8) THEN 0 WHEN k = 5 AND g % 20 = 10 THEN NULL ELSE cost END,
            CASE WHEN k = 5 AND g % 20 = 0 THEN 'the stream was cut'
                WHEN k = 5 AND g % 20 = 10 THEN 'no price' END,
            CASE WHEN k IN (6, 7) THEN 'exact' END, CASE WHEN k IN (6, 7) THEN cost END,
            CASE WHEN k IN (6, 7) THEN cost END, CASE WHEN k NOT IN (6, 7, 8) THEN 1 END,
            CASE k WHEN 8 THEN 503 ELSE 200 END, CASE WHEN k NOT IN (6, 7) THEN at + latency / 4 END,
            CASE WHEN k NOT IN (6, 7, 8) THEN at + latency / 3 END,
            at + CASE WHEN k IN (6, 7) THEN 1000000 ELSE latency END, output * 4,
            CASE k WHEN 8 THEN 'none' ELSE 'tokens' END, CASE WHEN k <> 8 THEN input END,
            CASE WHEN k <> 8 THEN 0 END, CASE WHEN k <> 8 THEN output END, CASE WHEN k <> 8 THEN 0 END,
            CASE WHEN k NOT IN (6, 7, 8) THEN CAST(printf(:usage, input, output, input + output) AS BLOB) END
        FROM z""",
    "line_item": """
        INSERT INTO line_item (line, position, unit, count, unit_price, amount)
        SELECT i + 1, position, CASE position WHEN 0 THEN 'input_token' ELSE 'output_token' END,
            CASE position WHEN 0 THEN input ELSE output END, CASE position WHEN 0 THEN 150000 ELSE 600000 END,
            CASE position WHEN 0 THEN input * 150000 ELSE output * 600000 END
        FROM z, (SELECT 0 AS position UNION ALL SELECT 1)
        WHERE k < 5 OR k = 9""",
}


def identifier(at, number):
    """A UUID of version 7, as the ledger makes them; the same one for the same row."""
    noise = number * 0x9E3779B97F4A7C15 & (1 << 74) - 1
    value = at // 10**6 << 80 | 7 << 76 | (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1
    return value.to_bytes(16, "big")


def subjects(database):
    models = [f"gpt-4o-{size}" for size in ("mini", "nano", "large")] + [f"model-{n}" for n in range(7)]
    for executed in (False, True):
        for s in range(100):
            account = f"acme/team-{s % 10 // 2}"
            model = models[s // 10]
            database.execute(
                "INSERT INTO subject VALUES (?, ?, ?, 'openai', ?, ?, '/chat/completions')",
                (executed * 100 + s + 1, account, f"key-{s % 10}", model, f"{model}-2026-08-06" if executed else None),
            )
    for tag in range(1, 6):
        database.execute("INSERT INTO tag VALUES (?, 'team', ?)", (tag, f"team-{tag}"))
    database.execute("INSERT INTO name VALUES (1, 'openai/gpt-4o@2026-08-01')")


COVERED = ["subject", "name", "tag", "call", "call_tag", "hold", "job", "line", "line_item", "meter"]
NUMBERED = ["subject", "name", "tag", "call", "hold", "job", "line"]
LATER = ["virtual_key", "key_revocation", "budget_event"]
COMMIT_LINES = 64


def encoded(row):
    """A row as the chain covers it."""
    parts = [pack("<B", len(row))]
    for value in row:
        if value is None:
            parts.append(b"\0")
        elif isinstance(value, int):
            parts.append(pack("<Bq", 1, value))
        else:
            raw = value.encode() if isinstance(value, str) else value
            parts.append(pack("<BQ", 2 if isinstance(value, str) else 3, len(raw)) + raw)
    return b"".join(parts)


def rows_up_to(database, table):
    """A function that takes a number and returns the digest of the rows after those of its last call up to it."""
    owner = {"call_tag": "call", "line_item": "line", "meter": "line"}.get(table, "id")
    cursor = database.execute(f"SELECT {owner}, * FROM {table} ORDER BY 2, 3")
    waiting = cursor.fetchone()

    def digest(last):
        nonlocal waiting
        covered = hashlib.sha256()
        while waiting is not None and waiting[0] <= last:
            covered.update(encoded(waiting[1:]))
            waiting = cursor.fetchone()
        return covered.digest()

    return digest


def chain(database, lines):
    read = {table: rows_up_to(database, table) for table in COVERED}
    last = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("subject", "tag")}
    previous, marks, links = bytes(32), [0] * len(NUMBERED), []
    for end in [*range(COMMIT_LINES, lines, COMMIT_LINES), lines]:
        group, place = (end - 1) // 10, (end - 1) % 10
        hold = group * 8 + (place if place < 6 else max(5, place - 2)) + 1
        now = [last["subject"], 1, last["tag"], group * 9 + min(place, 8) + 1, hold, 0, end]
        bounds = dict(zip(NUMBERED, now), call_tag=now[3], line_item=end, meter=end)
        owners = {"call_tag": 3, "line_item": 6, "meter": 6}
        digests, hints = [], b""
        for table in COVERED:
            digests.append(read[table](bounds[table]))
            mark = owners.get(table, NUMBERED.index(table) if table in NUMBERED else 0)
            if marks[mark] != now[mark]:
                hints += digests[-1][:4]
        nothing = [hashlib.sha256().digest()] * len(LATER)
        previous = hashlib.sha256(
            previous + b"".join(digests + nothing) + pack("<10q", *now, 0, 0, 0)).digest()
        links.append((*now, 0, 0, 0, hints, previous))
        marks = now
    names = ", ".join(NUMBERED + LATER)
    database.executemany(f"INSERT INTO chain ({names}, hints, digest) VALUES ({', '.join('?' * 12)})", links)


def main():
    path, lines = sys.argv[1], int(sys.argv[2])
    database = sqlite3.connect(path, isolation_level=None)
    database.create_function("identifier", 2, identifier, deterministic=True)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -262144"):
        database.execute("PRAGMA " + pragma).fetchall()
    database.execute("BEGIN")
    subjects(database)
    for first in range(0, lines, PAGE):
        values = {"first": first, "end": min(first + PAGE, lines), "lines": lines, "usage": USAGE}
        for sql in TABLES.values():
            names = [name for name in values if ":" + name in SERIES + sql]
            database.execute(SERIES + sql, {name: values[name] for name in names})
    if "--chain" in sys.argv:
        chain(database, lines)
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode = WAL").fetchall()
    database.close()


main()
