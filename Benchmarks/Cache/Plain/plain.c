// plain FILE DICTIONARY ENTRIES READS: what a hit costs at least: one prepared point select and one inflate of the
// same rows in the same order, nothing else. Prints found, p50 and p99 in nanoseconds.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

static unsigned char dictionary[65536];
static uInt dictionary_length;
static unsigned char *out;
static size_t room = 4 << 20;

static uint64_t state = 88172645463325252ull;
static uint64_t pick(uint64_t entries) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % entries;
}
static void make_key(uint64_t number, unsigned char key[32], int64_t *hash) {
    uint64_t mixed = number + 0x9E3779B97F4A7C15ull;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9ull;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBull;
    mixed ^= mixed >> 31;
    for (int i = 0; i < 32; i++) key[i] = (unsigned char)(mixed >> (56 - 8 * (i % 8)));
    memcpy(hash, &mixed, 8);
}
static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}
static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}
static int expand(int codec, const void *bytes, int count) {
    z_stream s;
    memset(&s, 0, sizeof s);
    if (inflateInit2(&s, codec == 2 ? 31 : -15) != Z_OK) return 0;
    if (codec == 1) inflateSetDictionary(&s, dictionary, dictionary_length);
    s.next_in = (Bytef *)bytes;
    s.avail_in = (uInt)count;
    s.next_out = out;
    s.avail_out = (uInt)room;
    int result = inflate(&s, Z_FINISH);
    inflateEnd(&s);
    return result == Z_STREAM_END;
}
static int find(sqlite3_stmt *select, const unsigned char key[32], int64_t hash) {
    sqlite3_bind_int64(select, 1, hash);
    sqlite3_bind_blob(select, 2, key, 32, SQLITE_STATIC);
    int found = 0;
    if (sqlite3_step(select) == SQLITE_ROW) {
        int codec = sqlite3_column_int(select, 0);
        const void *bytes = sqlite3_column_blob(select, 1);
        int count = sqlite3_column_bytes(select, 1);
        found = codec == 0 ? (memcpy(out, bytes, count), 1) : expand(codec, bytes, count);
    }
    sqlite3_reset(select);
    return found;
}

int main(int argc, char **argv) {
    if (argc != 5) return 64;
    uint64_t entries = strtoull(argv[3], 0, 10);
    size_t reads = strtoull(argv[4], 0, 10);
    FILE *f = fopen(argv[2], "rb");
    dictionary_length = f ? (uInt)fread(dictionary, 1, sizeof dictionary, f) : 0;
    out = malloc(room);
    sqlite3 *db;
    sqlite3_stmt *select;
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, 0)) return 74;
    sqlite3_exec(db, "PRAGMA cache_size = -8192", 0, 0, 0);
    const char *sql = "SELECT codec, bytes FROM entry JOIN body ON body.id = entry.body "
                      "WHERE entry.hash = ? AND key = ?";
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &select, 0)) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        return 74;
    }
    unsigned char(*keys)[32] = malloc(reads * 32);
    int64_t *hashes = malloc(reads * 8), *samples = malloc(reads * 8);
    for (size_t i = 0; i < reads; i++) make_key(pick(entries), keys[i], &hashes[i]);
    for (size_t i = 0; i < reads / 10; i++) find(select, keys[i], hashes[i]);
    size_t found = 0;
    for (size_t i = 0; i < reads; i++) {
        int64_t start = now();
        found += find(select, keys[i], hashes[i]);
        samples[i] = now() - start;
    }
    qsort(samples, reads, 8, compare);
    printf("found %zu p50 %lld p99 %lld\n", found, (long long)samples[reads / 2], (long long)samples[reads * 99 / 100]);
    return 0;
}
