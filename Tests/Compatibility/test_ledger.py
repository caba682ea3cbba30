"""The ledger and the provider's bill agree to the pico-dollar. Runs after all other tests."""

import time
from decimal import Decimal

import pytest

pytestmark = pytest.mark.gateway


def settled(ledger):
    """The report, once no attempt is open any more."""
    for _ in range(100):
        report = ledger.report()
        if report["open_holds"] == 0:
            return report
        time.sleep(0.2)
    pytest.fail(f"{report['open_holds']} attempts were still open after 20 seconds")


def test_a_client_that_leaves_is_charged_what_the_provider_bills(client, question, simulator, ledger):
    before = simulator.count()
    stream = client.chat.completions.create(**question, stream=True)
    next(iter(stream))
    stream.close()
    for _ in range(100):
        if simulator.count() > before:
            break
        time.sleep(0.1)
    assert simulator.count() == before + 1
    settled(ledger)


def test_the_charged_total_is_what_the_provider_billed(simulator, ledger):
    total = settled(ledger)["total"]
    bill = simulator.charges()
    assert Decimal(total["charged_usd"]) == Decimal(bill["totals"]["served"])
    assert Decimal(total["charged_usd"]) > 0


def test_what_broke_off_was_billed_within_the_estimate(simulator, ledger):
    total = settled(ledger)["total"]
    bill = simulator.charges()
    beyond = Decimal(bill["total"]) - Decimal(bill["totals"]["served"])
    assert Decimal(total["estimated_lower_usd"]) <= beyond
    if total["unknown_attempts"] == 0:
        assert beyond <= Decimal(total["estimated_upper_usd"])


def test_hits_are_lines_that_cost_nothing(ledger):
    total = settled(ledger)["total"]
    assert total["hits"] > 0
    assert Decimal(total["avoided_usd"]) > 0
    assert total["calls"] > total["hits"]


def test_rows_add_up_to_the_total(ledger):
    report = settled(ledger)
    for field in ["charged_usd", "avoided_usd", "estimated_lower_usd", "estimated_upper_usd"]:
        assert sum(Decimal(row[field]) for row in report["rows"]) == Decimal(report["total"][field])
    for field in ["hits", "input_tokens", "output_tokens"]:
        assert sum(row[field] for row in report["rows"]) == report["total"][field]
    # A call whose first attempts were refused counts in the row of the model that was asked for, too.
    assert sum(row["calls"] for row in report["rows"]) >= report["total"]["calls"]
