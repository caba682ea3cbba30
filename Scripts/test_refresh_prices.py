"""Tests of refresh-prices.py: python3 -m unittest discover Scripts"""
import contextlib
import importlib.util
import io
import json
import pathlib
import tempfile
import unittest
import zipfile
from decimal import Decimal

HERE = pathlib.Path(__file__).resolve().parent
SPEC = importlib.util.spec_from_file_location("refresh_prices", HERE / "refresh-prices.py")
prices = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(prices)

SOURCE = {"litellm 1": {"package": "litellm", "version": "1"}}


def table(text):
    return json.loads(text, parse_float=Decimal)


def chat(cost="1.5e-07", **more):
    figures = {"input_cost_per_token": cost, "output_cost_per_token": "6e-07", **more}
    return {"litellm_provider": "openai", "mode": "chat",
            **{name: Decimal(text) if isinstance(text, str) else text for name, text in figures.items()}}


def model(found, name, provider="openai"):
    return found[(provider, name)][1]


class Regions(unittest.TestCase):
    def entry(self, **more):
        return {"m": chat(input_cost_per_token_batches="1e-7", search_context_cost_per_query={
            f"search_context_size_{size}": Decimal("0.01") for size in ("low", "medium", "high")}, **more)}

    def test_with_an_uplift_have_all_tables_and_the_fees_of_the_base(self):
        found = model(prices.convert(self.entry(
            regional_processing_uplift_multiplier_eu=Decimal("1.1"),
            input_cost_per_token_above_200k_tokens="3e-7")), "m")["regions"]
        self.assertEqual(list(found), ["eu"])
        self.assertEqual(found["eu"]["rates"], {"input_token": "0.165", "output_token": "0.66", "search": "0.01"})
        self.assertEqual(found["eu"]["service_tiers"], {"batch": {"input_token": "0.11"}})
        self.assertEqual(
            found["eu"]["context_tiers"], [{"above_input_tokens": 200000, "rates": {"input_token": "0.33"}}])

    def test_of_a_provider_specific_entry(self):
        found = model(prices.convert(self.entry(provider_specific_entry={"us": Decimal("1.1"), "fast": 6})), "m")
        self.assertEqual(list(found["regions"]), ["us"])

    def test_whose_uplift_is_not_exact_are_left_out(self):
        found = prices.convert({"m": chat("1e-12", regional_processing_uplift_multiplier_eu=Decimal("1.1"))})
        self.assertNotIn("regions", model(found, "m"))

    def test_that_become_known_are_added_to_the_price_that_they_belong_to(self):
        book, _ = prices.refresh({"models": []}, {"m": chat()}, SOURCE, "2026-01-01")
        lifted = {"m": chat(regional_processing_uplift_multiplier_eu=Decimal("1.1"))}
        book, changes = prices.refresh(book, lifted, SOURCE, "2026-02-01")
        self.assertEqual([price["effective_from"] for price in book["models"][0]["prices"]], ["2026-01-01"])
        self.assertEqual(book["models"][0]["prices"][0]["regions"]["eu"]["rates"]["input_token"], "0.165")
        self.assertEqual(changes, ["regions  openai m  eu"])
        book, changes = prices.refresh(book, lifted, SOURCE, "2026-03-01")
        self.assertEqual(changes, [])
        lifted = {"m": chat(regional_processing_uplift_multiplier_eu=Decimal("1.2"))}
        book, _ = prices.refresh(book, lifted, SOURCE, "2026-04-01")
        self.assertEqual(len(book["models"][0]["prices"]), 2)


class Figures(unittest.TestCase):
    def test_are_decimal_text_per_million_tokens(self):
        found = prices.convert(table(
            '{"m": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.5e-07,'
            '"output_cost_per_token": 6e-07, "cache_read_input_token_cost": 7.5e-8, "max_output_tokens": 16384}}'))
        self.assertEqual(
            model(found, "m")["rates"], {"input_token": "0.15", "cached_input_token": "0.075", "output_token": "0.6"})
        self.assertEqual(found[("openai", "m")][0]["output_limit"], 16384)

    def test_that_no_binary_fraction_can_hold_are_exact(self):
        self.assertEqual(prices.amount(Decimal("1.1e-07"), 1_000_000, "chat"), "0.11")
        self.assertEqual(prices.amount(Decimal("0.000001"), 1_000_000, "chat"), "1")
        self.assertEqual(prices.amount(Decimal("100"), 1, "image"), "100")

    def test_that_are_zero_or_not_whole_picos_are_left_out(self):
        self.assertIsNone(prices.amount(Decimal("0.0"), 1_000_000, "chat"))
        self.assertIsNone(prices.amount(Decimal("1.23456789e-07"), 1_000_000, "chat"))
        self.assertIsNone(prices.amount(Decimal("0.001333333333333"), 1, "audio"))
        self.assertEqual(prices.amount(Decimal("0.0"), 1_000_000, "moderation"), "0")

    def test_of_a_rounded_second_are_left_out(self):
        self.assertIsNotNone(prices.whole_second(Decimal("0.0001")))
        self.assertIsNotNone(prices.whole_second(Decimal("7.5e-05")))
        self.assertIsNone(prices.whole_second(Decimal("5.83333e-05")))
        self.assertIsNone(prices.whole_second(Decimal("3.083e-05")))


class Models(unittest.TestCase):
    def test_lose_the_prefix_and_keep_the_provider(self):
        entry = {**chat(), "litellm_provider": "gemini"}
        self.assertEqual(list(prices.convert({"gemini/gemini-x": entry})), [("gemini", "gemini-x")])

    def test_of_other_providers_and_without_both_directions_are_left_out(self):
        found = prices.convert({
            "a": {**chat(), "litellm_provider": "bedrock"}, "b": {"litellm_provider": "openai", "mode": "chat"},
            "c": chat(cost="0.0"), "ft:d": chat(), "e-search-preview": chat()})
        self.assertEqual(found, {})

    def test_have_context_and_service_tiers(self):
        found = model(prices.convert({"m": chat(
            input_cost_per_token_above_200k_tokens="3e-07", input_cost_per_token_flex="1e-07",
            input_cost_per_token_above_200k_tokens_flex="2e-07", output_cost_per_token_batches="3e-07")}), "m")
        self.assertEqual(found["service_tiers"], {"batch": {"output_token": "0.3"}, "flex": {"input_token": "0.1"}})
        self.assertEqual(found["context_tiers"], [{
            "above_input_tokens": 200_000, "rates": {"input_token": "0.3"},
            "service_tiers": {"flex": {"input_token": "0.2"}}}])

    def test_with_tokens_for_images_include_the_image(self):
        entry = chat(output_cost_per_image_token="4e-05", output_cost_per_image="0.04")
        found = model(prices.convert({"m": {**entry, "mode": "image_generation"}}), "m")
        self.assertEqual(found["included"], ["image"])
        self.assertNotIn("image", found["rates"])

    def test_take_images_by_quality_and_size(self):
        image = {"litellm_provider": "fal_ai", "mode": "image_generation"}
        found = model(prices.convert({
            "fal_ai/x/y": {**image, "output_cost_per_image": Decimal("0.2")},
            "fal_ai/high/1024-x-768/x/y": {**image, "output_cost_per_image": Decimal("0.2")},
            "fal_ai/low/1024-x-768/x/y": {**image, "output_cost_per_image": Decimal("0.1")}}), "x/y", "fal")
        self.assertEqual(found["rates"], {"image:high/1024x768": "0.2", "image:low/1024x768": "0.1"})

    def test_take_video_by_resolution_and_drop_a_default_that_repeats_one(self):
        video = {"litellm_provider": "xai", "mode": "video_generation", "output_cost_per_second": Decimal("0.05"),
                 "output_cost_per_second_720p": Decimal("0.07")}
        self.assertEqual(
            model(prices.convert({"xai/v": video}), "v", "xai")["rates"],
            {"video_second": "0.05", "video_second:720p": "0.07"})
        video["output_cost_per_second_480p"] = Decimal("0.05")
        self.assertEqual(
            model(prices.convert({"xai/v": video}), "v", "xai")["rates"],
            {"video_second:480p": "0.05", "video_second:720p": "0.07"})

    def test_whose_entry_says_that_a_part_is_missing_are_left_out(self):
        entry = {"litellm_provider": "runwayml", "mode": "video_generation", "output_cost_per_second": Decimal("1"),
                 "metadata": {"comment": "64 credit minimum per task not modeled"}}
        self.assertEqual(prices.convert({"runwayml/v": entry}), {})

    def test_with_a_free_allowance_of_searches_have_no_price_for_one(self):
        sizes = {f"search_context_size_{size}": Decimal("0.01") for size in ("low", "medium", "high")}
        entry = {**chat(), "search_context_cost_per_query": sizes}
        self.assertEqual(model(prices.convert({"m": entry}), "m")["rates"]["search"], "0.01")
        self.assertNotIn("search", model(prices.convert({"m": {**entry, "search_free_requests": {}}}), "m")["rates"])
        sizes["search_context_size_high"] = Decimal("0.02")
        self.assertEqual(model(prices.convert({"m": entry}), "m")["rates"]["search:high"], "0.02")

    def test_keep_cheaper_hours(self):
        entry = {**chat(), "off_peak_pricing": {
            "input_cost_per_token": Decimal("1e-07"),
            "windows": [{"hours_utc": ["10:00-00:00"], "weekdays": [1]}, {"hours_utc": "00:00-00:00", "weekdays": [7]}]}}
        self.assertEqual(model(prices.convert({"m": entry}), "m")["off_peak"], {
            "windows": [{"weekdays": [1], "hours_utc": ["10:00-24:00"]}, {"weekdays": [7], "hours_utc": ["00:00-24:00"]}],
            "rates": {"input_token": "0.1"}})


class Dates(unittest.TestCase):
    def day(self, name, *others):
        models = prices.convert({other: chat(cost) for other, cost in [(name, "1e-06"), *others]})
        return prices.first_day(("openai", name), models, "2026-11-22")

    def test_come_from_the_id(self):
        self.assertEqual(self.day("gpt-x-2024-08-06"), "2024-08-06")
        self.assertEqual(self.day("claude-x-20251001"), "2025-10-01")
        self.assertEqual(self.day("gpt-x-2024-13-45"), "2026-11-22")

    def test_come_from_the_oldest_sibling_at_the_same_price(self):
        self.assertEqual(
            self.day("gpt-x", ("gpt-x-2024-05-13", "2e-06"), ("gpt-x-2024-08-06", "1e-06"),
                     ("gpt-x-2024-11-20", "1e-06"), ("gpt-x-mini-2023-01-01", "1e-06")), "2024-08-06")

    def test_are_known_or_else_the_day_of_the_refresh_and_never_later(self):
        self.assertEqual(self.day("sora-2"), "2025-10-06")
        self.assertEqual(self.day("unheard-of"), "2026-11-22")
        self.assertEqual(self.day("gpt-x-2027-01-01"), "2026-11-22")


class Refresh(unittest.TestCase):
    def refresh(self, book, entries, day):
        return prices.refresh(book, entries, SOURCE, day)

    def test_adds_models_and_then_finds_nothing_to_change(self):
        book, changes = self.refresh({"models": []}, {"b": chat(), "a": chat()}, "2026-01-01")
        self.assertEqual(changes, ["added    openai a", "added    openai b"])
        self.assertEqual([line["id"] for line in book["models"]], ["a", "b"])
        again, changes = self.refresh(book, {"b": chat(), "a": chat()}, "2026-02-01")
        self.assertEqual(changes, [])
        self.assertEqual(again["models"], book["models"])
        self.assertEqual(again["version"], "2026-02-01")

    def test_keeps_the_old_price_when_a_figure_changes_and_prints_both(self):
        book, _ = self.refresh({"models": []}, {"m": chat()}, "2026-01-01")
        book, changes = self.refresh(book, {"m": chat("1e-07")}, "2026-02-01")
        self.assertEqual(changes, [
            "changed  openai m  rates input_token: 0.15 -> 0.1",
            "changed  openai m  rates image_input_token: 0.15 -> 0.1"])
        found = [(price["effective_from"], price["rates"]["input_token"]) for price in book["models"][0]["prices"]]
        self.assertEqual(found, [("2026-01-01", "0.15"), ("2026-02-01", "0.1")])

    def test_gives_images_the_rate_of_text_where_the_provider_says_so(self):
        table = {"m": chat(), "gpt-3.5-x": chat(), "gemini/g": {**chat(), "litellm_provider": "gemini"},
                 "xai/x": {**chat(), "litellm_provider": "xai"}}
        book, _ = self.refresh({"models": []}, table, "2026-01-01")
        rates = {line["id"]: line["prices"][0]["rates"] for line in book["models"]}
        self.assertEqual(rates["m"]["image_input_token"], rates["m"]["input_token"])
        self.assertEqual(rates["g"]["image_input_token"], rates["g"]["input_token"])
        self.assertNotIn("image_input_token", rates["gpt-3.5-x"])
        self.assertNotIn("image_input_token", rates["x"])
        self.assertIn("openai images", book["sources"])

    def test_replaces_a_price_of_the_same_day_only(self):
        book, _ = self.refresh({"models": []}, {"m": chat()}, "2026-01-01")
        book, _ = self.refresh(book, {"m": chat("1e-07")}, "2026-02-01")
        book, _ = self.refresh(book, {"m": chat("2e-07")}, "2026-02-01")
        self.assertEqual([price["rates"]["input_token"] for price in book["models"][0]["prices"]], ["0.15", "0.2"])

    def test_keeps_what_the_table_no_longer_lists(self):
        book, _ = self.refresh({"models": []}, {"m": chat(), "n": chat()}, "2026-01-01")
        book, changes = self.refresh(book, {"n": chat()}, "2026-02-01")
        self.assertEqual(changes, ["kept     openai m  (the table no longer lists it)"])
        self.assertEqual(len(book["models"]), 2)

    def test_names_a_unit_that_came_or_went(self):
        book, _ = self.refresh({"models": []}, {"m": chat()}, "2026-01-01")
        _, changes = self.refresh(book, {"m": chat(cache_read_input_token_cost="1e-08")}, "2026-02-01")
        self.assertEqual(changes, ["changed  openai m  rates cached_input_token: None -> 0.01"])


class Command(unittest.TestCase):
    def test_reads_a_wheel_and_writes_one_model_per_line_and_the_same_text_for_swift(self):
        with tempfile.TemporaryDirectory() as folder:
            wheel, book = pathlib.Path(folder) / "litellm-1.2.3.whl", pathlib.Path(folder) / "prices.json"
            entry = '{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-6}'
            with zipfile.ZipFile(wheel, "w") as archive:
                archive.writestr("litellm/model_prices_and_context_window_backup.json", f'{{"a":{entry},"b":{entry}}}')
                archive.writestr("litellm-1.2.3.dist-info/METADATA", "Name: litellm\nVersion: 1.2.3\n")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                prices.main(["--litellm", str(wheel), "--date", "2026-11-22", "--book", str(book)])
            self.assertIn("added    openai a", output.getvalue())
            text = book.read_text()
            self.assertEqual(sum(line.startswith('{"id":') for line in text.splitlines()), 2)
            self.assertEqual(json.loads(text)["sources"]["litellm 1.2.3"]["license"], "MIT")
            self.assertIn(f'#"""\n{text}\n"""#', book.with_name("ShippedPrices.swift").read_text())

    def test_the_shipped_book_is_what_swift_embeds(self):
        text = prices.BOOK.read_text()
        self.assertEqual(prices.BOOK.with_name(prices.EMBEDDED).read_text(), prices.embed(text))
        self.assertEqual(prices.render(json.loads(text)), text)


if __name__ == "__main__":
    unittest.main()
