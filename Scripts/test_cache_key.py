import pathlib
import unittest

import cache_key

FILE = pathlib.Path(__file__).parent.parent / "Tests/Fixtures/CacheKey/cache-key-vectors.txt"


class CacheKeyTests(unittest.TestCase):
    def test_the_published_vectors_are_what_the_program_makes(self):
        self.assertEqual(FILE.read_text(encoding="utf-8"), cache_key.vectors())

    def test_spellings_of_one_value_have_one_text(self):
        self.assertEqual(cache_key.canonical(b'{"b":1.0,"a":-0}'), b'{"a":0,"b":1}')

    def test_what_has_no_one_meaning_is_refused(self):
        with self.assertRaisesRegex(cache_key.Refused, "duplicate-name"):
            cache_key.canonical(b'{"a":1,"a":1}')

    def test_forms_differ_in_what_they_say_and_not_in_how_they_travel(self):
        parts = [cache_key.field("a", "1"), cache_key.file("f", "x")]
        text = cache_key.canonical_form(cache_key.form(*parts).encode(), cache_key.TYPE, "image-edits/1")
        turned = cache_key.form(parts[1].replace("a.png", "b.png"), parts[0]).replace("--b", "--c")
        self.assertEqual(text, cache_key.canonical_form(turned.encode(), "multipart/form-data; boundary=c", "image-edits/1"))
        other = cache_key.form(parts[0], cache_key.file("f", "y"))
        self.assertNotEqual(text, cache_key.canonical_form(other.encode(), cache_key.TYPE, "image-edits/1"))
