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
# [parts]    a form with this `type` and `body` has the canonical text `canonical` and its SHA-256, or is `refused`. The text
#            is fields behind their lengths, as above: "pennyweight-form", the number of parts, and for each part, sorted by
#            the bytes of its name, those of one name in their order: the name, "field" or "file", the media type, the ending
#            of the file's name (if `policy` is of an audio route), the number of other head fields, for each of them its
#            name and value, and the 32 bytes of its content's SHA-256.
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


def parameters(value):
    """The value before the first semicolon, and the parameters; raises Refused."""
    first, rest = re.fullmatch(r"[ \t]*([^;]*?)[ \t]*((?:;.*)?)", value, re.DOTALL).groups()
    found = {}
    while rest.strip(" \t;"):
        match = re.match(r';[ \t]*([^=; \t]+)[ \t]*=[ \t]*(?:"((?:\\["\\]|[^"])*)"|([^\x00-\x20\x7f";]+))[ \t]*(?=;|$)', rest)
        if not match or match[1].lower() in found:
            raise Refused("malformed-body")
        found[match[1].lower()] = match[3] if match[2] is None else re.sub(r'\\(["\\])', r"\1", match[2])
        rest = rest[match.end():]
    return first, found


def part(head, content, keeps_suffix):
    disposition, types, others = None, [], []
    if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", head.replace(b"\r\n", b"")):
        raise Refused("malformed-body")
    for field in filter(None, head.split(b"\r\n")):
        try:
            name, value = field.decode("utf-8").split(":", 1)
        except ValueError as error:
            raise Refused("malformed-body") from error
        if not re.fullmatch(r"[\x21-\x7e]+", name):
            raise Refused("malformed-body")
        name, value = name.lower(), value.strip(" \t")
        if name == "content-disposition":
            if disposition:
                raise Refused("malformed-body")
            disposition = parameters(value)
        elif name == "content-type":
            types.append(value)
        elif name == "content-transfer-encoding":
            if value.lower() not in ("7bit", "8bit", "binary"):
                raise Refused("malformed-body")
        elif name != "content-length":
            others.append((name, value))
    if not disposition or disposition[0].lower() != "form-data" or "name" not in disposition[1] or len(types) > 1:
        raise Refused("malformed-body")
    given = disposition[1]
    is_file = "filename" in given or "filename*" in given
    if keeps_suffix and "filename*" in given:
        raise Refused("malformed-body")
    essence, semicolon, rest = "".join(types).partition(";")
    media = essence.lower() + semicolon + rest
    if not is_file and media == "text/plain":
        media = ""
    ending = re.search(r"\.[^./\\]*$", given.get("filename", "")) if keeps_suffix else None
    fields = [given["name"], "file" if is_file else "field", media, ending[0] if ending else "", str(len(others))]
    for name, value in sorted(others, key=lambda pair: pair[0]):
        fields += [name, value]
    return [field.encode() for field in fields] + [hashlib.sha256(content).digest()]


def canonical_form(body, content_type, policy, omit=()):
    """The canonical text of a form, in bytes; raises Refused."""
    value, given = parameters(content_type)
    if value.lower() != "multipart/form-data" or not 1 <= len(given.get("boundary", "")) <= 70:
        raise Refused("malformed-body")
    delimiter = b"--" + given["boundary"].encode()
    pieces = re.split(rb"(\r?)\n" + re.escape(delimiter), b"\r\n" + body)
    parts = []
    for index in range(2, len(pieces), 2):
        if pieces[index - 1] != b"\r":
            raise Refused("malformed-body")
        piece = pieces[index]
        if piece.startswith(b"--"):
            break
        match = re.match(rb"[ \t]*\r\n(.*?)(?:\r\n\r\n(.*)|\r\n)$", piece, re.DOTALL)
        if not match or len(match[1]) > 16384 or len(parts) == 256:
            raise Refused("malformed-body")
        parts.append(part(match[1], match[2] or b"", policy.startswith("trans")))
    else:
        raise Refused("malformed-body")
    if any(sum(fields[0] == name.encode() for fields in parts) > 1 for name in omit):
        raise Refused("duplicate-name")
    parts = sorted((fields for fields in parts if fields[0].decode() not in omit), key=lambda fields: fields[0])
    text = [b"pennyweight-form", str(len(parts)).encode(), *(field for fields in parts for field in fields)]
    return b"".join(struct.pack(">Q", len(field)) + field for field in text)


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


def form(*parts, end="--b--\r\n"):
    return "".join(f"--b\r\n{part}\r\n" for part in parts) + end


def field(name, value, more=""):
    return f'Content-Disposition: form-data; name="{name}"\r\n{more}\r\n{value}'


def file(name, value, file_name="a.png", media="image/png"):
    return f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: {media}\r\n\r\n{value}'


TYPE = "multipart/form-data; boundary=b"
PARTS = [
    ("an image edit", form(field("model", "gpt-image-1"), file("image[]", "one"), file("image[]", "two", "b.png"), field("prompt", "a cat")), TYPE, "image-edits/1", ()),
    ("another boundary, order of names and file name", form(field("prompt", "a cat"), file("image[]", "one", "x.jpg"), field("model", "gpt-image-1"), file("image[]", "two", "y")).replace("--b", "--other"), 'multipart/form-data; boundary="other"', "image-edits/1", ()),
    ("the order of one name counts", form(field("model", "gpt-image-1"), file("image[]", "two"), file("image[]", "one", "b.png"), field("prompt", "a cat")), TYPE, "image-edits/1", ()),
    ("the media type of a file counts", form(file("image", "x", media="IMAGE/PNG"), file("mask", "x", media="image/webp; q=1")), TYPE, "image-edits/1", ()),
    ("the ending of a file's name counts for audio", form(file("file", "sound", "My.Speech.mp3", "audio/mpeg"), field("model", "whisper-1")), TYPE, "transcriptions/1", ()),
    ("an ending belongs to the last step of a path", form(file("file", "sound", "a.b/speech", "audio/mpeg")), TYPE, "translations/1", ()),
    ("a text's own media type is plain", form(field("a", "1", "Content-Type: text/plain\r\n"), field("b", "2", "Content-Type: text/plain; charset=utf-8\r\n")), TYPE, "image-variations/1", ()),
    ("lengths and identity encodings don't count, other fields do", form(field("a", "1", "Content-Length: 1\r\nContent-Transfer-Encoding: Binary\r\nX-B: 2\r\nX-A:  1 \r\n")), TYPE, "image-edits/1", ()),
    ("an empty value, an empty file, and a preamble", "preamble\r\n" + form(field("a", ""), file("b", "")) + "epilogue", TYPE, "image-edits/1", ()),
    ("no part", "--b--", TYPE, "image-edits/1", ()),
    ("a part that is left out", form(field("user", "u1"), field("prompt", "p")), TYPE, "image-edits/1", ("user",)),
    ("a part that is left out, twice", form(field("user", "u1"), field("user", "u2")), TYPE, "image-edits/1", ("user",)),
    ("no end", form(field("a", "1"), end=""), TYPE, "image-edits/1", ()),
    ("a delimiter after a line feed alone", form(field("a", "1\n--b\r\n" + field("a", "2"))), TYPE, "image-edits/1", ()),
    ("an encoding for the way", form(field("a", "MQ==", "Content-Transfer-Encoding: base64\r\n")), TYPE, "image-edits/1", ()),
    ("two media types", form(field("a", "1", "Content-Type: a/b\r\nContent-Type: c/d\r\n")), TYPE, "image-edits/1", ()),
    ("a line feed in a head", form(field("a", "1", "X: 1\nContent-Type: a/b\r\n")), TYPE, "image-edits/1", ()),
    ("two names of one file", form('Content-Disposition: form-data; name="file"; filename="a.mp3"; filename*=UTF-8\'\'a.wav\r\n\r\nx'), TYPE, "transcriptions/1", ()),
    ("no name", form("Content-Disposition: form-data\r\n\r\nx"), TYPE, "image-edits/1", ()),
    ("no boundary", form(field("a", "1")), "multipart/form-data", "image-edits/1", ()),
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
    for name, body, content_type, policy, omit in PARTS:
        lines += ["[parts]", f"name: {name}", f"type: {content_type}", f"policy: {policy}", line("body", body.encode())]
        if omit:
            lines.append("omit: " + " ".join(omit))
        try:
            text = canonical_form(body.encode(), content_type, policy, omit)
            lines += [f"canonical-hex: {text.hex()}", f"sha256: {hashlib.sha256(text).hexdigest()}"]
        except Refused as reason:
            lines.append(f"refused: {reason}")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(vectors(), end="")
