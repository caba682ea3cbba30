#!/usr/bin/env python3
"""The cache key once more, written from its documentation and not from its code.

`cache_key.py` prints the golden vectors: Tests/Fixtures/CacheKey/cache-key-vectors.txt. Swift's tests check the library against
that file, and test_cache_key.py checks this program against it.
"""

import decimal
import hashlib
import json
import re
import struct

SCHEMA = "2"
DEPTH = 128
HEADING = """\
# Golden vectors of Pennyweight's cache key, schema 2. Made by Scripts/cache_key.py; UTF-8; lines end with a line feed only.
#
# [form]     `body` has the canonical text `canonical` and its SHA-256 `sha256`, or is `refused` for that reason. Both are
#            in hexadecimal, as `body-hex` and `canonical-hex`, if there is something in them that is not printed.
#            `omit` lists the top-level members that are left out, parted by spaces.
# [key]      `key` is the SHA-256 of `encoded`: each field behind its length in bytes as a big-endian 64-bit number, in this order:
#            "pennyweight-cache-key", the schema, account, namespace, method, provider, base, route, query, the number of
#            headers, for each header its name and then one byte 1 and its value, or one byte 0 if it is absent, the
#            policy's name, the number of members left out, each of their names (sorted), and the 32 bytes of `sha256`.
"""


class Refused(Exception):
    pass


class Number(str):
    pass


class Members(dict):
    """An object that remembers which names it had twice."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.is_unique = len(self) == len(pairs)


def constant(name):
    raise ValueError(name)


def number(source):
    with decimal.localcontext() as context:
        context.prec = decimal.MAX_PREC
        context.Emax, context.Emin = decimal.MAX_EMAX, decimal.MIN_EMIN
        match = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", source)
        sign, whole, fraction, exponent = match.groups()
        fraction = fraction or ""
        digits = (whole + fraction).lstrip("0")
        power = -len(fraction)
        while digits.endswith("0"):
            digits, power = digits[:-1], power + 1
        if not digits:
            return "0"
        if len((exponent or "0").lstrip("+-").lstrip("0")) > 15:
            raise Refused("number-out-of-range")
        power += int(exponent or "0")
        if power > 0 and len(digits) + power <= 21:
            digits, power = digits + "0" * power, 0
        return sign + digits + (f"e{power}" if power else "")


def string(text):
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise Refused("lone-surrogate")
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
    return '"' + "".join(short.get(c) or (c if ord(c) >= 0x20 else f"\\u{ord(c):04x}") for c in text) + '"'


def write(value, depth=0):
    if isinstance(value, Number):
        return number(value)
    if isinstance(value, str):
        return string(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if depth >= DEPTH:
        raise Refused("nested-too-deep")
    if isinstance(value, list):
        return "[" + ",".join(write(element, depth + 1) for element in value) + "]"
    if not value.is_unique:
        raise Refused("duplicate-name")
    ordered = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(string(name) + ":" + write(member, depth + 1) for name, member in ordered) + "}"


def canonical(body, omit=()):
    """The canonical text of a body, in bytes; raises Refused."""
    if not body:
        return b""
    try:
        text = body.decode("utf-8")
        if text.strip(" \t\r\n") != text.strip() or text.startswith("\ufeff"):
            raise ValueError("white space that JSON does not know")
        value = json.loads(text, object_pairs_hook=Members, parse_int=Number, parse_float=Number, parse_constant=constant)
    except ValueError as error:
        raise Refused("malformed-body") from error
    if isinstance(value, dict):
        for name in omit:
            value.pop(name, None)
    return write(value).encode("utf-8")


def encoded(fields, digest):
    parts = ["pennyweight-cache-key", SCHEMA]
    parts += [fields[name] for name in ("account", "namespace", "method", "provider", "base", "route", "query")]
    parts.append(str(len(fields["headers"])))
    for name, value in fields["headers"]:
        parts += [name, b"\0" if value is None else b"\1" + value.encode()]
    parts += [fields["policy"], str(len(fields["omit"])), *sorted(fields["omit"]), digest]
    parts = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(struct.pack(">Q", len(part)) + part for part in parts)


FORMS = [
    ("members are sorted and white space goes", ' { "b" : [ 1 , {"d":null, "c":true} ],\t"a":"x" } ', ()),
    ("names are sorted by UTF-16 code units", r'{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}', ()),
    ("beyond U+FFFF comes before U+E000", '{"\uffff":1,"\U0010ffff":2,"\ue000":3,"\U00010000":4,"\ud7ff":5}', ()),
    ("a control character comes before a space, a backslash after Z", r'{"[":1,"\\":2,"Z":3," ":4,"\n":5,"\u0001":6,"\"":7,"!":8}', ()),
    ("a name that begins another comes first", '{"ab":1,"a":2,"":3,"abc":4,"b":5,"B":6,"10":7,"9":8}', ()),
    ("escapes have one spelling", r'["\u0041\/\u000a\u0008\u000C\u0009\u000d\u001F\u0022\u005c\uD83D\ude00\u007f\u2028"]', ()),
    ("text is not normalised", '["\u00e9","e\u0301"]', ()),
    ("one and its spellings", "[1,1.0,1e0,1E+0,10e-1,0.1e1,100e-2,1e-0]", ()),
    ("zero and its spellings", "[0,-0,0.0,-0.0,0e5,0e99999999999999999999,-0E-7]", ()),
    ("fractions", "[0.7,700e-3,1.50,-0.25,1e-7,123.456]", ()),
    ("integers beyond 2^53 are themselves", "[9007199254740993,9007199254740992,9.007199254740993e15,18446744073709551617]", ()),
    ("21 digits are written out, 22 are not", "[1e20,1e21,123456789012345678901,1234567890123456789012,12345678901234567890e2]", ()),
    ("exponents", "[1e999999999999999,10e999999999999998,-1e-400]", ()),
    ("only top-level members are left out", r'{"stream":true,"a":{"stream":true},"stre\u0061m_options":{"x":1,"x":2}}', ("stream", "stream_options")),
    ("nothing is left", '{"stream":1}', ("stream",)),
    ("a chat request", '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hi."}],"temperature":0.20,"stream":true}', ("stream", "stream_options")),
    ("128 levels", "[" * 128 + "]" * 128, ()),
    ("an empty body", "", ()),
    ("literals", "[true,false,null,{},[],\"\"]", ()),
    ("two members of one name", '{"a":1,"b":2,"a":1}', ()),
    ("two members of one name, spelt differently", r'[{"a":1,"\u0061":1}]', ()),
    ("two members of a name that is left out", '{"stream":1,"stream":1}', ("stream",)),
    ("half of a surrogate pair", r'["\ud800"]', ()),
    ("halves in the wrong order", r'["\udc00\ud800"]', ()),
    ("an exponent beyond all reason", "[1e1000000000000000]", ()),
    ("129 levels", "[" * 129 + "]" * 129, ()),
    ("a comma too much", "[1,]", ()),
    ("a leading zero", "[01]", ()),
    ("two values", "{} {}", ()),
    ("invalid UTF-8", b'["\xc3\x28"]', ()),
    ("a byte order mark", b"\xef\xbb\xbf{}", ()),
    ("a control character in a string", b'["\x01"]', ()),
    ("an overlong character", b'["\xc0\xaf"]', ()),
]

KEYS = [
    {"account": "default", "namespace": "", "method": "GET", "provider": "openai", "base": "", "route": "/models", "query": "", "headers": [], "policy": "", "omit": [], "body": ""},
    {"account": "team", "namespace": "blue", "method": "POST", "provider": "openai", "base": "https://api.example/v1", "route": "/chat/completions", "query": "v=1", "headers": [("openai-beta", "x"), ("other", None)], "policy": "chat/1", "omit": ["stream", "stream_options"], "body": '{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}'},
    {"account": "team", "namespace": "", "method": "POST", "provider": "openai", "base": "https://api.example/v1", "route": "/chat/completions", "query": "", "headers": [("openai-beta", "")], "policy": "chat/1", "omit": ["metadata", "prompt_cache_key", "safety_identifier", "stream", "stream_options", "user"], "body": '{"model":"m","messages":[{"role":"user","content":"hi"}],"user":"u1"}'},
]


def line(name, content):
    try:
        text = content.decode("utf-8")
        if text.isprintable():
            return f"{name}: {text}"
    except UnicodeDecodeError:
        pass
    return f"{name}-hex: {content.hex()}"


def vectors():
    lines = [HEADING]
    for name, body, omit in FORMS:
        body = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        lines += ["[form]", f"name: {name}", line("body", body)]
        if omit:
            lines.append("omit: " + " ".join(omit))
        try:
            text = canonical(body, omit)
            lines += [line("canonical", text), f"sha256: {hashlib.sha256(text).hexdigest()}"]
        except Refused as reason:
            lines.append(f"refused: {reason}")
        lines.append("")
    for fields in KEYS:
        digest = hashlib.sha256(canonical(fields["body"].encode(), fields["omit"])).digest()
        lines.append("[key]")
        lines += [f"{name}: {fields[name]}" for name in ("account", "namespace", "method", "provider", "base", "route", "query")]
        lines += [f"header: {name}" if value is None else f"header: {name}={value}" for name, value in fields["headers"]]
        lines += [f"policy: {fields['policy']}", "omit: " + " ".join(fields["omit"]), f"body: {fields['body']}"]
        text = encoded(fields, digest)
        lines += [f"sha256: {digest.hex()}", f"encoded: {text.hex()}", f"key: {hashlib.sha256(text).hexdigest()}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(vectors(), end="")
