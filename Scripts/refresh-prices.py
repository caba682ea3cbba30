#!/usr/bin/env python3
"""Refreshes the price book from the table of public prices inside the PyPI package `litellm`, and prints what changed.

    pip download --no-deps -d /tmp litellm
    python3 Scripts/refresh-prices.py --litellm /tmp/litellm-*.whl

It rewrites `prices.json`, which is the source, and `ShippedPrices.swift`, which embeds it in the library.
Only figures are taken. All arithmetic is decimal. A price that changed is never overwritten: the model gets a new one
that holds from the day of the refresh. Regions that become known are added to the price that they belong to. What the
table no longer lists stays in the book.

The rules, so that an exact charge is exact:
* A figure that is zero, or that is not a whole number of pico-dollars, is left out; zero stays only for moderation.
* A rounded price of a second (of $0.0035 a minute, say) is left out.
* A model whose entry says that a part of its price is missing (a minimum, a surcharge, a price by area) is left out,
  and so is one whose every call has a fee that its usage doesn't report (the search previews).
* Searches with a free allowance have no price, because the allowance of an account isn't known here.
* Images and seconds that a model bills by the token are listed as `included`.
* A region whose uplift the table names (`regional_processing_uplift_multiplier_eu`) gets tables of its own: tokens cost
  that much more, fees don't. One that isn't exact is left out.
* Where the provider's own page says that images in a prompt are charged like text (IMAGES_AS_TEXT), and the table has no
  rate of their own for them, image tokens get the rate of text tokens.
* The default of several resolutions is dropped if it repeats one of them: it isn't the price of all others.

The table has no dates. A first price holds from the date in the model's id; without one, from the date of the oldest
dated sibling with the same input and output price; else from the known day in RELEASED; else from the day of the
refresh.
"""
import argparse
import datetime
import json
import pathlib
import re
import sys
import zipfile
from decimal import Decimal

SCHEMA = "pennyweight-prices/1"
BOOK = pathlib.Path(__file__).resolve().parent.parent / "Sources/PennyweightLedger/Prices/prices.json"
EMBEDDED = "ShippedPrices.swift"

# The table's name of a provider: our name, the prefix of its ids, and the modes that are taken (None: all).
PROVIDERS = {
    "openai": ("openai", "", None),
    "text-completion-openai": ("openai", "", None),
    "anthropic": ("anthropic", "", None),
    "gemini": ("gemini", "gemini/", None),
    "vertex_ai-video-models": ("vertex", "vertex_ai/", None),
    "xai": ("xai", "xai/", None),
    "mistral": ("mistral", "mistral/", None),
    "deepseek": ("deepseek", "deepseek/", None),
    "groq": ("groq", "groq/", None),
    "fal_ai": ("fal", "fal_ai/", ("image", "video")),
    "black_forest_labs": ("black-forest-labs", "black_forest_labs/", None),
    "runwayml": ("runway", "runwayml/", ("image", "video")),
    "recraft": ("recraft", "recraft/", None),
    "stability": ("stability", "stability/", ("image",)),
    "qwencloud": ("alibaba", "qwencloud/", ("image", "video")),
    "elevenlabs": ("elevenlabs", "elevenlabs/", None),
}
MODES = {
    "chat": "chat", "responses": "chat", "completion": "completion", "embedding": "embedding",
    "image_generation": "image", "image_edit": "image", "video_generation": "video", "audio_speech": "audio",
    "audio_transcription": "audio", "realtime": "realtime", "moderation": "moderation",
}
# Fine-tuned ids carry an organisation; a container is no model; search previews bill a search that usage doesn't show.
SKIPPED = re.compile(r"^(ft:|container$|(low|medium|high|xhigh|max|standard)/|\d+-x-)|search-preview|search-api")
# Entries that say themselves that their price is not whole.
NOT_WHOLE = re.compile(
    r"not modeled|minimum|estimated|base cost|priced at|per megapixel|derived from|include one input image"
    r"|enterprise", re.I)
# Other names under which the same model is asked for.
ALIASES = {
    ("black-forest-labs", "flux-pro-1.1"): ["flux1.1-pro", "flux-1.1-pro"],
    ("black-forest-labs", "flux-pro-1.1-ultra"): ["flux1.1-pro-ultra", "flux-1.1-pro-ultra"],
    ("fal", "fal-ai/flux/schnell"): ["flux.1-schnell"],
    ("fal", "fal-ai/ideogram/v3"): ["ideogram-v3"],
    ("fal", "fal-ai/bytedance/seedream/v3/text-to-image"): ["seedream-3.0"],
    ("alibaba", "wan3.0-video"): ["wan-3.0"],
    ("alibaba", "wan2.7-t2v"): ["wan-2.7"],
    ("recraft", "recraftv3"): ["recraft-v3"],
}
# The days on which these began at the price that the table still has: from their public announcements.
RELEASED = {
    "text-embedding-ada-002": "2022-12-15", "text-embedding-3-small": "2024-01-25",
    "text-embedding-3-large": "2024-01-25", "gpt-image-1": "2025-04-23", "gpt-image-1-mini": "2025-10-06",
    "sora-2": "2025-10-06", "sora-2-pro": "2025-10-06", "whisper-1": "2023-03-01", "tts-1": "2023-11-06",
    "tts-1-hd": "2023-11-06", "omni-moderation-latest": "2024-09-26",
    "gemini-2.5-pro": "2025-06-17", "gemini-2.5-flash": "2025-06-17",
}
# Providers that charge a chat prompt's images by the token, at the rate of its text, unless they list another rate; and
# their models that see no images, or whose other media have rates of their own.
IMAGES_AS_TEXT = {
    "openai": {
        "address": "https://platform.openai.com/docs/guides/images-vision#calculating-costs",
        "taken": "the rule that a chat prompt's images are metered and charged in tokens like its text",
    },
    "gemini": {
        "address": "https://ai.google.dev/gemini-api/docs/pricing",
        "taken": "the rule that one input price holds for text and image",
    },
}
SEES_NO_IMAGES = re.compile(r"^(gpt-3\.5|gpt-4$|gpt-4-0613|gpt-4-1106|gpt-4o(-mini)?-audio|gpt-audio|o3-mini|gemini-gemma)|-tts")
# One model of the provider that the table splits in two by resolution.
RESOLUTIONS = {"sora-2-pro": ("720p", {"sora-2-pro-high-res": "1024p"})}

TOKEN_FIGURES = {
    "input_cost_per_token": "input_token",
    "cache_read_input_token_cost": "cached_input_token",
    "cache_read_input_audio_token_cost": "cached_input_token:audio",
    "cache_read_input_image_token_cost": "cached_input_token:image",
    "cache_creation_input_token_cost": "cache_write_token",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h_token",
    "cache_creation_input_token_cost_above_12hr": "cache_write_token:12h",
    "input_cost_per_audio_token": "audio_input_token",
    "input_cost_per_image_token": "image_input_token",
    "output_cost_per_token": "output_token",
    "output_cost_per_reasoning_token": "reasoning_token",
    "output_cost_per_audio_token": "audio_output_token",
    "output_cost_per_image_token": "image_output_token",
}
SERVICE_TIERS = {"batches": "batch", "flex": "flex", "priority": "priority", "ultrafast": "ultrafast"}
FIGURE = re.compile(r"^(.*?)(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority|ultrafast))?$")
ORDER = list(TOKEN_FIGURES.values()) + ["image", "video_second", "audio_second", "character", "request", "search"]


def plain(number):
    """Decimal text without an exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(figure, scale, mode):
    """The figure as text in our unit; None if it can't be used."""
    number = Decimal(figure) * scale
    if number < 0 or (number == 0 and mode != "moderation"):
        return None
    decimals = 6 if scale > 1 else 12
    return plain(number) if number == round(number, decimals) else None


def whole_second(figure):
    """The figure if it is a price that somebody would set for a second, a minute or an hour; else None."""
    number = Decimal(figure)
    for factor, decimals in ((1, 6), (60, 4), (3600, 3)):
        if number * factor == round(number * factor, decimals):
            return figure
    return None


def sorted_rates(rates):
    def place(key):
        return (ORDER.index(key) if key in ORDER else ORDER.index(key.split(":")[0]), key)
    return {key: rates[key] for key in sorted(rates, key=place)}


def token_tables(entry, mode):
    """{(threshold or None, service tier or None): rates} of what is counted in tokens."""
    tables = {}
    for name, figure in entry.items():
        base, above, tier = FIGURE.match(name).groups()
        if base not in TOKEN_FIGURES or not isinstance(figure, (int, Decimal)):
            continue
        text = amount(figure, 1_000_000, mode)
        if text is not None:
            place = (int(above) * 1000 if above else None, SERVICE_TIERS.get(tier))
            tables.setdefault(place, {})[TOKEN_FIGURES[base]] = text
    return tables


def resolutions(entry, prefix, unit, mode):
    """Rates of images or seconds by resolution, without a default that repeats one of them."""
    rates = {}
    for name, figure in entry.items():
        if name.startswith(prefix + "_") and isinstance(figure, (int, Decimal)):
            suffix = name[len(prefix) + 1:]
            text = amount(figure, 1, mode)
            if re.fullmatch(r"[0-9.]+[pkK]?", suffix) and text is not None:
                rates[f"{unit}:{suffix}"] = text
    default = entry.get(prefix)
    default = None if default is None else amount(default, 1, mode)
    if default is not None and default not in rates.values():
        rates[unit] = default
    return rates


def meter_rates(entry, mode, by_token):
    """(rates of what isn't counted in tokens, units that the tokens pay for)."""
    rates, included = {}, []
    if mode == "image":
        if by_token:
            included = ["image"]
        elif "output_cost_per_pixel" not in entry and "input_cost_per_pixel" not in entry:
            prefix = "output_cost_per_image" if "output_cost_per_image" in entry else "input_cost_per_image"
            rates = resolutions(entry, prefix, "image", mode)
    elif mode == "video" and "input_cost_per_image" not in entry:
        second = "output_cost_per_second"
        if second not in entry and "output_cost_per_video_per_second" in entry:
            entry = {**entry, second: entry["output_cost_per_video_per_second"]}
        rates = resolutions(entry, second, "video_second", mode)
    elif mode == "audio":
        if by_token:
            included = ["audio_second", "character"]
        for name, unit in (("input_cost_per_second", "audio_second"), ("input_cost_per_character", "character")):
            figure = entry.get(name)
            if figure is not None and name.endswith("second"):
                figure = whole_second(figure)
            if figure is not None and not by_token and amount(figure, 1, mode):
                rates[unit] = amount(figure, 1, mode)
    return rates, included


def search_rates(entry, provider):
    sizes = entry.get("search_context_cost_per_query")
    if not sizes or provider == "gemini" or "search_free_requests" in entry:
        return {}
    texts = {size.rsplit("_", 1)[1]: amount(figure, 1, "chat") for size, figure in sizes.items()}
    if None in texts.values():
        return {}
    if len(set(texts.values())) == 1 and len(texts) == 3:
        return {"search": texts["low"]}
    return {f"search:{size}": text for size, text in texts.items()}


def off_peak(entry, mode):
    """The cheaper hours; None without any."""
    found = entry.get("off_peak_pricing")
    if not found:
        return None
    windows = []
    for window in found["windows"]:
        hours = window["hours_utc"]
        hours = [hours] if isinstance(hours, str) else hours
        hours = [re.sub(r"-00:00$", "-24:00", span) for span in hours]
        windows.append({"weekdays": window.get("weekdays", [1, 2, 3, 4, 5, 6, 7]), "hours_utc": hours})
    tables = token_tables({name: figure for name, figure in found.items() if name != "windows"}, mode)
    return {"windows": windows, "rates": sorted_rates(tables.get((None, None), {}))}


def regions(entry, price):
    """{region: tables} of the regions whose uplift on tokens the table names."""
    prefix = "regional_processing_uplift_multiplier_"
    uplifts = {name[len(prefix):]: figure for name, figure in entry.items() if name.startswith(prefix)}
    uplifts.update({"us": figure for name, figure in entry.get("provider_specific_entry", {}).items() if name == "us"})
    lifted = {region: uplifted(price, figure) for region, figure in sorted(uplifts.items())}
    return {region: tables for region, tables in lifted.items() if tables}


def uplifted(price, uplift):
    """The price's tables with every token's rate multiplied; None if a product isn't exact."""
    def rates(table):
        lifted = {}
        for key, text in table.items():
            is_token = key.split(":")[0].endswith("_token")
            lifted[key] = amount(Decimal(text) / 1_000_000 * uplift, 1_000_000, "chat") if is_token else text
        return lifted

    def walk(value, name=None):
        if isinstance(value, list):
            return [walk(part) for part in value]
        if not isinstance(value, dict):
            return value
        if name == "service_tiers":
            return {tier: rates(table) for tier, table in value.items()}
        return {part: rates(inner) if part == "rates" else walk(inner, part) for part, inner in value.items()}

    tables = {name: price[name] for name in ("rates", "context_tiers", "service_tiers") if price.get(name)}
    lifted = walk(tables)
    return None if "null" in json.dumps(lifted) else lifted


def price_of(entry, provider, mode):
    """What the entry says as a price of our schema, without dates; None if nothing usable is left."""
    tables = token_tables(entry, mode)
    base = tables.pop((None, None), {})
    tokens = set(base)
    if mode == "image" and "image_output_token" not in tokens:
        base, tables = {}, {}
    if mode in ("chat", "completion", "realtime") and not {"input_token", "output_token"} <= tokens:
        return None
    by_token = bool(base) and (mode != "audio" or "input_token" in tokens)
    if mode in ("audio", "video") and not by_token:
        base, tables = {}, {}
    meters, included = meter_rates(entry, mode, by_token)
    base = {**base, **meters}
    if not base:
        return None
    price = {"rates": sorted_rates({**base, **search_rates(entry, provider)})}
    thresholds = sorted({above for above, _ in tables if above is not None})
    if thresholds:
        price["context_tiers"] = [
            drop_empty({
                "above_input_tokens": above,
                "rates": sorted_rates(tables.get((above, None), {})),
                "service_tiers": tiers(tables, above),
            }) for above in thresholds]
    price["service_tiers"] = tiers(tables, None)
    price["off_peak"] = off_peak(entry, mode)
    price["regions"] = regions(entry, price)
    price["included"] = included
    return drop_empty(price)


def tiers(tables, above):
    return {tier: sorted_rates(tables[(over, tier)]) for over, tier in sorted(tables, key=str)
            if over == above and tier}


def drop_empty(value):
    return {name: part for name, part in value.items() if part or name == "rates"}


def taken(table):
    """(provider, id): (mode, entry) of every entry that is wanted, prefixed ids first."""
    found = {}
    for key, entry in sorted(table.items(), key=lambda item: "/" not in item[0]):
        name, prefix, modes = PROVIDERS.get(entry.get("litellm_provider"), (None, "", None))
        mode = MODES.get(entry.get("mode"))
        model = key.removeprefix(prefix) if prefix else key.removeprefix("openai/")
        if name is None or mode is None or (modes and mode not in modes) or SKIPPED.search(model):
            continue
        if name == "stability" and entry["mode"] == "image_edit":
            continue
        if name == "fal" and "/" not in model:  # listed again under its whole name
            continue
        if NOT_WHOLE.search(" ".join(str(text) for text in entry.get("metadata", {}).values())):
            continue
        if key.startswith("gemini-") and f"gemini/{key}" in table:
            continue
        found.setdefault((name, model), (mode, entry))
    return found


def keyed_images(table):
    """(provider, id): {"quality/WxH": figure} of the entries whose key starts with a quality and a size."""
    found = {}
    for key, entry in table.items():
        name, prefix, _ = PROVIDERS.get(entry.get("litellm_provider"), (None, "", None))
        match = re.fullmatch(r"(low|medium|high|xhigh|max)/(\d+)-x-(\d+)/(.+)", key.removeprefix(prefix))
        figure = entry.get("output_cost_per_image", entry.get("input_cost_per_image"))
        if name and match and figure is not None:
            quality, width, height, model = match.groups()
            found.setdefault((name, model), {})[f"{quality}/{width}x{height}"] = figure
    return found


def convert(table):
    """Every model of the table that can be priced: {(provider, id): model without dates}."""
    models, keyed = {}, keyed_images(table)
    entries = taken(table)
    for (provider, model), (mode, entry) in entries.items():
        if any(model in splits for _, splits in RESOLUTIONS.values()):
            continue
        price = price_of(entry, provider, mode)
        if price is None:
            continue
        add_variants(price, keyed.get((provider, model), {}))
        split_resolutions(price, provider, model, entries)
        line = {"id": model, "provider": provider, "aliases": ALIASES.get((provider, model)), "mode": mode}
        for name, figure in (("input_limit", "max_input_tokens"), ("output_limit", "max_output_tokens")):
            if isinstance(entry.get(figure), int) and entry[figure] > 0:
                line[name] = entry[figure]
        models[(provider, model)] = ({name: part for name, part in line.items() if part is not None}, price)
    return models


def add_variants(price, variants):
    if not variants or "image" in price.get("included", []):
        return
    rates = {key: text for key, text in price["rates"].items()}
    keyed = {f"image:{variant}": amount(figure, 1, "image") for variant, figure in variants.items()}
    if rates.get("image") in keyed.values():
        del rates["image"]
    price["rates"] = sorted_rates({**rates, **{key: text for key, text in keyed.items() if text}})


def split_resolutions(price, provider, model, entries):
    if provider != "openai" or model not in RESOLUTIONS:
        return
    own, others = RESOLUTIONS[model]
    rates = {f"video_second:{own}": price["rates"]["video_second"]}
    for other, resolution in others.items():
        if (provider, other) in entries:
            mode, entry = entries[(provider, other)]
            rates[f"video_second:{resolution}"] = meter_rates(entry, mode, False)[0]["video_second"]
    price["rates"] = sorted_rates(rates)


def date_in(model):
    match = re.search(r"(20\d\d)-?(\d\d)-?(\d\d)(?!\d)", model)
    try:
        return datetime.date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None


def first_day(key, models, today):
    """The day from which a price is taken to hold that the book doesn't have yet; see the rules above."""
    provider, model = key
    pair = [models[key][1]["rates"].get(unit) for unit in ("input_token", "output_token")]
    siblings = [
        date_in(other) for owner, other in models
        if owner == provider and re.fullmatch(re.escape(model) + r"-20\d\d-?\d\d-?\d\d", other)
        and [models[(owner, other)][1]["rates"].get(unit) for unit in ("input_token", "output_token")] == pair]
    day = date_in(model) or min(filter(None, siblings), default=None) or RELEASED.get(model) or today
    return min(day, today)


def images_as_text(provider, model, mode, price):
    """The same price with a rate of image tokens in every table that has one of text, if the provider says so."""
    if provider not in IMAGES_AS_TEXT or mode != "chat" or SEES_NO_IMAGES.search(model):
        return price

    def added(node):
        if isinstance(node, list):
            return [added(part) for part in node]
        if not isinstance(node, dict):
            return node
        parts = {name: added(part) for name, part in node.items()}
        if isinstance(parts.get("input_token"), str) and "image_input_token" not in parts:
            parts = sorted_rates({**parts, "image_input_token": parts["input_token"]})
        return parts
    return added(price)


def differences(old, new, path=""):
    """`path: old -> new` for every figure that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [line for name in {**old, **new}
                for line in differences(old.get(name), new.get(name), f"{path} {name}".strip())]
    return [] if old == new else [f"{path}: {old} -> {new}"]


def refresh(book, table, source, today):
    """(the new book, what changed as lines of text). `source` is {name: facts}."""
    models, changes = convert(table), []
    name = next(iter(source))
    lines = {(line["provider"], line["id"]): line for line in book["models"]}
    for key, (facts, price) in sorted(models.items()):
        price = images_as_text(*key, facts["mode"], price)
        old = lines.get(key)
        if old is None:
            stamp = {"effective_from": first_day(key, models, today), "source": name, "retrieved": today}
            lines[key] = {**facts, "prices": [{**stamp, **price}]}
            changes.append(f"added    {key[0]} {key[1]}")
            continue
        prices = list(old["prices"])
        last = {part: prices[-1][part] for part in prices[-1] if part not in ("effective_from", "source", "retrieved")}
        changed = differences(last, price)
        rest = {name: part for name, part in price.items() if name != "regions"}
        if changed and "regions" not in last and last == rest:
            # Nothing changed: the table tells more than it did, about the same price.
            prices[-1] = {**prices[-1], "regions": price["regions"]}
            changes.append(f"regions  {key[0]} {key[1]}  {', '.join(price['regions'])}")
        elif changed:
            if prices[-1]["effective_from"] == today:
                prices.pop()
            prices.append({"effective_from": today, "source": name, "retrieved": today, **price})
            changes += [f"changed  {key[0]} {key[1]}  {line}" for line in changed]
        lines[key] = {**facts, "prices": prices}
    gone = sorted(set(lines) - set(models))
    changes += [f"kept     {provider} {model}  (the table no longer lists it)" for provider, model in gone]
    used = {price["source"] for line in lines.values() for price in line["prices"]}
    sources = {known: facts for known, facts in {**book.get("sources", {}), **source}.items() if known in used}
    sources |= {f"{provider} images": facts for provider, facts in IMAGES_AS_TEXT.items()}
    ordered = sorted(lines.values(), key=lambda line: (line["id"], line["provider"]))
    return {"schema": SCHEMA, "version": today, "sources": sources, "models": ordered}, changes


def render(book):
    """One model per line, so that a change is one line of a diff."""
    def compact(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = ",\n".join(compact(model) for model in book["models"])
    head = "".join(f"{compact(name)}:{compact(book[name])},\n" for name in ("schema", "version", "sources"))
    return f"{{\n{head}\"models\":[\n{lines}\n]\n}}\n"


def embed(text):
    """The Swift file that makes the book a part of the library: one string, because that compiles at once."""
    return (
        "// swift-format-ignore-file\n"
        "// Generated by Scripts/refresh-prices.py from prices.json, which is the source. Not edited by hand.\n\n"
        "/// The text of `prices.json`.\nenum ShippedPrices {\n"
        f"    static let json: StaticString = #\"\"\"\n{text}\n\"\"\"#\n}}\n")


def read_table(path, version):
    """(the table, the version of the package)."""
    if path.suffix != ".whl":
        return json.loads(path.read_text(), parse_float=Decimal), version
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        table = next(name for name in names if re.search(r"model_prices_and_context_window\w*\.json$", name))
        facts = wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        found = re.search(r"^Version: (\S+)$", facts, re.M)
        return json.loads(wheel.read(table), parse_float=Decimal), version or (found and found.group(1))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--litellm", type=pathlib.Path,
        help="a wheel of litellm, or its table; without it prices.json is only embedded again")
    parser.add_argument("--version", help="the package's version, if the path is not a wheel")
    parser.add_argument("--date", help="the day on which the table was retrieved (default: today, UTC)")
    parser.add_argument("--book", type=pathlib.Path, default=BOOK, help="the price book to rewrite")
    options = parser.parse_args(arguments)
    if not options.litellm:  # only embeds the book again, after it was edited
        options.book.with_name(EMBEDDED).write_text(embed(options.book.read_text()))
        return 0
    table, version = read_table(options.litellm, options.version)
    if not version:
        parser.error("the version of the table is not known; add --version")
    today = options.date or datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    datetime.date.fromisoformat(today)
    source = {f"litellm {version}": {
        "package": "litellm", "version": version, "license": "MIT", "retrieved": today,
        "address": f"https://pypi.org/project/litellm/{version}/", "taken": "figures only"}}
    book = {"models": []}
    if options.book.exists():
        book = json.loads(options.book.read_text(), parse_float=Decimal)
    book, changes = refresh({"models": [], **book}, table, source, today)
    options.book.write_text(render(book))
    options.book.with_name(EMBEDDED).write_text(embed(render(book)))
    print("\n".join(changes) or "nothing changed")
    print(f"{len(book['models'])} models in {options.book}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
