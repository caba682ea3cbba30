"""Compares, call by call, what a ledger says of its attempts with what a provider billed. Pure: no file, no socket.

Money is a whole number of pico-dollars, as in the ledger.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One attempt as the ledger has it. `status` is exact, estimated, unknown, or open if it has no line."""

    hold: int
    status: str
    lower: int | None
    upper: int | None
    outcome: str | None = None

    def admits(self, amount):
        """True if the provider may have billed this amount: None stands for a price that nobody knows."""
        if self.status == "unknown":
            return True
        if amount is None or self.status == "open":
            return False
        if self.status == "exact":
            return self.lower == amount
        return self.lower <= amount <= self.upper


@dataclass(frozen=True)
class Bill:
    """One command that reached the provider. `amount` is 0 if nothing was billed for it."""

    number: int
    amount: int | None
    outcome: str | None = None

    @property
    def is_billed(self):
        return self.outcome is not None


@dataclass
class Verdict:
    """What comparing one call, or many, has shown."""

    billed: int = 0
    unbilled: int = 0
    exact: int = 0
    estimated: int = 0
    unknown: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_bounds: int = 0
    still_open: int = 0
    problems: list = field(default_factory=list)

    @property
    def is_good(self):
        return not (self.lost or self.doubled or self.out_of_bounds or self.still_open)

    def add(self, other):
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def compare(label, lines, bills):
    """Compares the attempts of one call, in their order, with what arrived of it, in its order.

    The attempts of a call follow each other, so what arrived is a part of them in the same order. Which part is not
    always known (a killed attempt may or may not have reached the provider): the comparison is good if there is one
    way to pair them so that each bill has an attempt that admits it, and each attempt without one admits nothing.
    """
    verdict = Verdict(billed=sum(bill.is_billed for bill in bills))
    verdict.still_open = sum(line.status == "open" for line in lines)
    pairs = _pairs(lines, bills)
    if pairs is None:
        _blame(verdict, label, lines, bills)
        return verdict
    for line, bill in zip(lines, pairs):
        if bill is None or not bill.is_billed:
            verdict.unbilled += 1
        elif line.status in ("exact", "estimated", "unknown"):
            setattr(verdict, line.status, getattr(verdict, line.status) + 1)
    if verdict.still_open:
        verdict.problems.append(f"{label}: an attempt is still open: {lines} for {bills}")
    return verdict


def _pairs(lines, bills):
    """For each line its bill, or None; None if there is no good way. Bills keep their order."""
    lines, bills = list(lines), list(bills)
    # good[i][j]: lines from i on can be paired with bills from j on.
    good = [[False] * (len(bills) + 1) for _ in range(len(lines) + 1)]
    good[len(lines)][len(bills)] = True
    for i in range(len(lines) - 1, -1, -1):
        for j in range(len(bills), -1, -1):
            good[i][j] = _skips(lines[i]) and good[i + 1][j]
            if j < len(bills):
                good[i][j] |= _takes(lines[i], bills[j]) and good[i + 1][j + 1]
    if not good[0][0]:
        return None
    pairs, j = [], 0
    for i, line in enumerate(lines):
        if j < len(bills) and _takes(line, bills[j]) and good[i + 1][j + 1]:
            pairs.append(bills[j])
            j += 1
        else:
            pairs.append(None)
    return pairs


def _takes(line, bill):
    return line.status == "open" or line.admits(bill.amount)


def _skips(line):
    return line.status == "open" or line.admits(0)


def _blame(verdict, label, lines, bills):
    """Says what kind of error it is; the amounts tell when the counts don't."""
    what = f"{label}: the ledger has {lines}, the provider {bills}"
    invented = sum(line.status == "exact" and line.lower > 0 for line in lines)
    if len(lines) < len(bills):
        verdict.lost += len(bills) - len(lines)
        verdict.problems.append("lost: " + what)
    elif invented > verdict.billed:
        verdict.doubled += invented - verdict.billed
        verdict.problems.append("doubled: " + what)
    else:
        verdict.out_of_bounds += 1
        verdict.problems.append("out of bounds: " + what)


def compare_all(lines, bills):
    """Compares everything; both arguments are dictionaries from the call's label to its list."""
    total = Verdict()
    for label in sorted(set(lines) | set(bills)):
        total.add(compare(label, lines.get(label, []), bills.get(label, [])))
    return total


def twice_paid(groups, bills):
    """What is wrong with groups of identical calls that were made at the same time and all answered: each group was
    billed once. `groups` are lists of labels, `bills` a dictionary from the label to its list."""
    problems = []
    for labels in groups:
        billed = sum(bill.is_billed for label in labels for bill in bills.get(label, []))
        if billed != 1:
            problems.append(f"identical calls {', '.join(labels)} were billed {billed} times")
    return problems
