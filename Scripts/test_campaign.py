"""The comparison of the kill campaign must find what it is made to find."""

import unittest

from campaign.matching import Bill, Line, compare, compare_all, twice_paid


def exact(amount):
    return Line(1, "exact", amount, amount, "served")


def estimated(lower, upper):
    return Line(1, "estimated", lower, upper, "abandoned")


UNKNOWN = Line(1, "unknown", None, None, "abandoned")
OPEN = Line(1, "open", None, None)


def billed(amount):
    return Bill(1, amount, "served")


REFUSED = Bill(1, 0)


class Compare(unittest.TestCase):
    def counts(self, lines, bills):
        verdict = compare("call", lines, bills)
        return (verdict.lost, verdict.doubled, verdict.out_of_bounds, verdict.still_open)

    def test_what_agrees_is_good(self):
        for lines, bills in [
            ([exact(5)], [billed(5)]),
            ([estimated(0, 9)], [billed(5)]),
            ([estimated(0, 9)], []),
            ([UNKNOWN], [billed(5)]),
            ([UNKNOWN], [billed(None)]),
            ([exact(0)], [REFUSED]),
            ([exact(0)], []),
            ([exact(0), exact(0), exact(5)], [REFUSED, REFUSED, billed(5)]),
            # The first attempt was killed before it arrived.
            ([estimated(0, 9), exact(5)], [billed(5)]),
            ([], []),
        ]:
            with self.subTest(lines=lines, bills=bills):
                self.assertEqual(self.counts(lines, bills), (0, 0, 0, 0))

    def test_a_bill_without_an_attempt_is_lost(self):
        self.assertEqual(self.counts([], [billed(5)]), (1, 0, 0, 0))
        self.assertEqual(self.counts([exact(5)], [billed(5), billed(5)]), (1, 0, 0, 0))

    def test_a_refusal_without_an_attempt_is_lost_too(self):
        self.assertEqual(self.counts([], [REFUSED]), (1, 0, 0, 0))

    def test_money_that_nobody_billed_is_doubled(self):
        self.assertEqual(self.counts([exact(5), exact(5)], [billed(5)]), (0, 1, 0, 0))
        self.assertEqual(self.counts([exact(5)], []), (0, 1, 0, 0))

    def test_a_wrong_amount_is_out_of_bounds(self):
        self.assertEqual(self.counts([exact(4)], [billed(5)]), (0, 0, 1, 0))
        self.assertEqual(self.counts([exact(0)], [billed(5)]), (0, 0, 1, 0))
        self.assertEqual(self.counts([estimated(0, 4)], [billed(5)]), (0, 0, 1, 0))
        self.assertEqual(self.counts([estimated(1, 4)], []), (0, 0, 1, 0))
        self.assertEqual(self.counts([exact(5)], [billed(None)]), (0, 0, 1, 0))

    def test_the_order_of_attempts_counts(self):
        self.assertEqual(self.counts([exact(5), exact(0)], [REFUSED, billed(5)]), (0, 0, 1, 0))

    def test_an_open_attempt_is_said(self):
        self.assertEqual(self.counts([OPEN], [billed(5)]), (0, 0, 0, 1))
        self.assertEqual(self.counts([OPEN], []), (0, 0, 0, 1))

    def test_it_counts_how_the_billed_attempts_ended(self):
        verdict = compare_all(
            {"a": [exact(5)], "b": [exact(0), estimated(0, 9)], "c": [UNKNOWN]},
            {"a": [billed(5)], "b": [REFUSED, billed(3)], "c": [billed(1)]},
        )
        self.assertTrue(verdict.is_good)
        self.assertEqual((verdict.billed, verdict.exact, verdict.estimated, verdict.unknown), (3, 1, 1, 1))
        self.assertEqual(verdict.unbilled, 1)

    def test_a_label_of_one_side_only_is_seen(self):
        self.assertEqual(compare_all({}, {"x": [billed(5)]}).lost, 1)
        self.assertEqual(compare_all({"x": [exact(5)]}, {}).doubled, 1)

    def test_identical_calls_at_once_are_billed_once(self):
        self.assertEqual(twice_paid([["a", "b"]], {"b": [REFUSED, billed(5)]}), [])
        self.assertIn("2 times", twice_paid([["a", "b"]], {"a": [billed(5)], "b": [billed(5)]})[0])
        self.assertIn("0 times", twice_paid([["a", "b"]], {"a": [REFUSED]})[0])


if __name__ == "__main__":
    unittest.main()
