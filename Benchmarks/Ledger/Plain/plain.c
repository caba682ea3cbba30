/* Writes the rows of a ledger once more, in plain C, and says how long that takes.
 *
 *   plain FROM TO
 *
 * FROM is a ledger that was written by the library. Everything in it is read into memory first. TO is made with the
 * same tables, indexes and triggers, and the same pragmas (WAL, synchronous=FULL, foreign keys). Then the clock runs:
 * for each commit of FROM (a row of `chain` says which rows it covers) one transaction with the same new rows of
 * subject, name, tag, call, call_tag, hold, job, line, line_item and meter; a row of open_hold for each new hold, which
 * each new line deletes; the totals (rollup) that the commit's lines belong to, inserted the first time and updated
 * then; and the row of chain. Statements are prepared once, the connection has no mutex, values are bound without
 * copying, rows are written table by table, and nothing is looked up, added up or digested. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { int type; sqlite3_int64 number; char *bytes; int count; } Value;
typedef struct { int columns; size_t count, room; Value *values; sqlite3_stmt *insert; const char *name; } Table;

static void fail(sqlite3 *db, const char *what) {
    fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

static void run(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(db, sql);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *made;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL) != SQLITE_OK) fail(db, sql);
    return made;
}

static Table load(sqlite3 *db, const char *name, const char *order) {
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY %s", name, order);
    sqlite3_stmt *select = prepare(db, sql);
    Table table = {.columns = sqlite3_column_count(select), .name = name};
    while (sqlite3_step(select) == SQLITE_ROW) {
        if (table.count == table.room) {
            table.room = table.room ? 2 * table.room : 1024;
            table.values = realloc(table.values, table.room * table.columns * sizeof(Value));
        }
        for (int column = 0; column < table.columns; column++) {
            Value value = {.type = sqlite3_column_type(select, column)};
            if (value.type == SQLITE_INTEGER) value.number = sqlite3_column_int64(select, column);
            if (value.type == SQLITE_TEXT || value.type == SQLITE_BLOB) {
                const void *bytes = sqlite3_column_blob(select, column);
                value.count = sqlite3_column_bytes(select, column);
                value.bytes = malloc(value.count + 1);
                if (value.count) memcpy(value.bytes, bytes, value.count);
            }
            table.values[table.count * table.columns + column] = value;
        }
        table.count++;
    }
    sqlite3_finalize(select);
    return table;
}

static Value *row(Table *table, size_t index) { return table->values + index * table->columns; }

static void step(sqlite3 *db, sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) fail(db, sqlite3_sql(statement));
    sqlite3_reset(statement);
}

/* Binds the values in the order of their columns, the first one to ?1, and runs. */
static void write_values(sqlite3 *db, sqlite3_stmt *statement, Table *table, size_t index) {
    for (int column = 0; column < table->columns; column++) {
        Value value = row(table, index)[column];
        switch (value.type) {
        case SQLITE_INTEGER: sqlite3_bind_int64(statement, column + 1, value.number); break;
        case SQLITE_TEXT: sqlite3_bind_text(statement, column + 1, value.bytes, value.count, SQLITE_STATIC); break;
        case SQLITE_BLOB: sqlite3_bind_blob(statement, column + 1, value.bytes, value.count, SQLITE_STATIC); break;
        default: sqlite3_bind_null(statement, column + 1);
        }
    }
    step(db, statement);
}

static void write_row(sqlite3 *db, Table *table, size_t index) { write_values(db, table->insert, table, index); }

static void prepare_insert(sqlite3 *db, Table *table) {
    char sql[512];
    int length = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table->name);
    for (int column = 1; column < table->columns; column++)
        length += snprintf(sql + length, sizeof sql - length, ", ?");
    snprintf(sql + length, sizeof sql - length, ")");
    table->insert = prepare(db, sql);
}

/* Where in `table` the rows of owners beyond `number` begin; rows are in the order of their first column. */
static size_t upto(Table *table, size_t from, sqlite3_int64 number) {
    while (from < table->count && row(table, from)[0].number <= number) from++;
    return from;
}

static int column_named(sqlite3 *db, const char *table, const char *name) {
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT cid FROM pragma_table_info('%s') WHERE name = '%s'", table, name);
    sqlite3_stmt *select = prepare(db, sql);
    if (sqlite3_step(select) != SQLITE_ROW) fail(db, sql);
    int column = sqlite3_column_int(select, 0);
    sqlite3_finalize(select);
    return column;
}

static int log_pages;
static int note_log(void *context, sqlite3 *db, const char *name, int pages) {
    (void)context, (void)db, (void)name;
    log_pages = pages;
    return SQLITE_OK;
}

static void make_schema(sqlite3 *from, sqlite3 *to) {
    const char *sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                      "ORDER BY type = 'trigger', type = 'index', rowid";
    sqlite3_stmt *select = prepare(from, sql);
    while (sqlite3_step(select) == SQLITE_ROW) run(to, (const char *)sqlite3_column_text(select, 0));
    sqlite3_finalize(select);
}

static long long between(struct timespec start, struct timespec end) {
    return (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 3) return fprintf(stderr, "usage: plain FROM TO\n"), 64;
    sqlite3 *from, *to;
    if (sqlite3_open_v2(arguments[1], &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) fail(from, arguments[1]);
    int mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(arguments[2], &to, mode, NULL) != SQLITE_OK) fail(to, arguments[2]);
    run(to, "PRAGMA journal_mode = WAL");
    run(to, "PRAGMA synchronous = FULL");
    run(to, "PRAGMA foreign_keys = ON");
    run(to, "PRAGMA secure_delete = OFF");
    run(to, "PRAGMA trusted_schema = OFF");
    run(to, "PRAGMA cache_size = -8192");
    run(to, "PRAGMA journal_size_limit = 67108864");
    sqlite3_wal_hook(to, note_log, NULL);
    make_schema(from, to);

    /* Tables with numbers of their own, in the order of the columns of chain; then the parts of their rows. */
    const char *names[] = {"subject", "name", "tag", "call", "hold", "job", "line"};
    enum { NUMBERED = 7, CALL = 3, HOLD = 4, LINE = 6 };
    Table numbered[NUMBERED];
    for (int i = 0; i < NUMBERED; i++) {
        numbered[i] = load(from, names[i], "id");
        prepare_insert(to, &numbered[i]);
    }
    Table call_tag = load(from, "call_tag", "call, tag"), items = load(from, "line_item", "line, position");
    Table meters = load(from, "meter", "line, position"), chain = load(from, "chain", "id");
    Table rollups = load(from, "rollup", "span, tag, start, subject, outcome"), epochs = load(from, "epoch", "number");
    prepare_insert(to, &call_tag);
    prepare_insert(to, &items);
    prepare_insert(to, &meters);
    prepare_insert(to, &chain);
    prepare_insert(to, &rollups);
    sqlite3_stmt *update = prepare(to,
        "UPDATE rollup SET calls = ?6, attempts = ?7, hits = ?8, unknown = ?9, input = ?10, cached_input = ?11, "
        "output = ?12, reasoning = ?13, charged_high = ?14, charged_low = ?15, avoided_high = ?16, avoided_low = ?17, "
        "estimated_lower_high = ?18, estimated_lower_low = ?19, estimated_upper_high = ?20, estimated_upper_low = ?21, "
        "unknown_held_high = ?22, unknown_held_low = ?23, latency = ?24, first_token = ?25 "
        "WHERE span = ?1 AND tag = ?2 AND start = ?3 AND subject = ?4 AND outcome = ?5");
    prepare_insert(to, &epochs);
    for (size_t i = 0; i < epochs.count; i++) write_row(to, &epochs, i);
    sqlite3_stmt *open = prepare(to, "INSERT INTO open_hold VALUES (?, ?)");
    sqlite3_stmt *close = prepare(to, "DELETE FROM open_hold WHERE hold = ?");
    sqlite3_stmt *begin = prepare(to, "BEGIN IMMEDIATE"), *commit = prepare(to, "COMMIT");
    int expires = column_named(from, "hold", "expires_at"), of_hold = column_named(from, "line", "hold");
    int line_call = column_named(from, "line", "call"), line_at = column_named(from, "line", "at");
    int line_subject = column_named(from, "line", "subject"), line_outcome = column_named(from, "line", "outcome");

    /* Which totals each commit writes, found before the clock runs. */
    size_t calls = numbered[CALL].count, cell_count = 0, cell_room = 0, *cells = NULL;
    size_t *tag_of = calloc(calls + 2, sizeof *tag_of), *first = calloc(chain.count + 1, sizeof *first);
    for (size_t call = 0, tag = 0; call <= calls + 1; call++) {
        while (tag < call_tag.count && row(&call_tag, tag)[0].number < (sqlite3_int64)call) tag++;
        tag_of[call] = tag;
    }
    for (size_t link = 0, line = 0; link < chain.count; link++) {
        char *seen = calloc(rollups.count, 1);
        size_t end = upto(&numbered[LINE], line, row(&chain, link)[1 + LINE].number);
        for (; line < end; line++) {
            Value *values = row(&numbered[LINE], line);
            size_t call = values[line_call].number, tags = tag_of[call], tags_end = tag_of[call + 1];
            for (size_t i = 0; i < rollups.count; i++) {
                Value *cell = row(&rollups, i), *outcome = &values[line_outcome];
                sqlite3_int64 span = cell[0].number * 1000000000LL, tag = cell[1].number;
                int counts = tag == 0 || (tag == -1 && tags < tags_end);
                for (size_t t = tags; t < tags_end; t++) counts |= row(&call_tag, t)[1].number == tag;
                if (!counts || seen[i] || cell[2].number != values[line_at].number / span * span
                    || cell[3].number != values[line_subject].number || cell[4].count != outcome->count
                    || memcmp(cell[4].bytes, outcome->bytes, outcome->count))
                    continue;
                seen[i] = 1;
                if (cell_count == cell_room) {
                    cell_room = cell_room ? 2 * cell_room : 4096;
                    cells = realloc(cells, cell_room * sizeof *cells);
                }
                cells[cell_count++] = i;
            }
        }
        free(seen);
        first[link + 1] = cell_count;
    }

    struct timespec start, end, used, spent;
    size_t at[NUMBERED] = {0}, tag_at = 0, item_at = 0, meter_at = 0, rows = 0;
    int checkpointed = 0;
    char *is_there = calloc(rollups.count + 1, 1);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t link = 0; link < chain.count; link++) {
        step(to, begin);
        for (int i = 0; i < NUMBERED; i++) {
            size_t last = upto(&numbered[i], at[i], row(&chain, link)[1 + i].number);
            for (; at[i] < last; at[i]++, rows++) {
                Value *values = row(&numbered[i], at[i]);
                write_row(to, &numbered[i], at[i]);
                if (i == HOLD) {
                    sqlite3_bind_int64(open, 1, values[0].number);
                    sqlite3_bind_int64(open, 2, values[expires].number);
                    step(to, open);
                }
                if (i == LINE) {
                    sqlite3_bind_int64(close, 1, values[of_hold].number);
                    step(to, close);
                }
            }
            sqlite3_int64 newest = row(&chain, link)[1 + i].number;
            if (i == CALL)
                for (size_t e = upto(&call_tag, tag_at, newest); tag_at < e; tag_at++, rows++) write_row(to, &call_tag, tag_at);
            if (i == LINE) {
                for (size_t e = upto(&items, item_at, newest); item_at < e; item_at++, rows++) write_row(to, &items, item_at);
                for (size_t e = upto(&meters, meter_at, newest); meter_at < e; meter_at++, rows++) write_row(to, &meters, meter_at);
            }
        }
        for (size_t i = first[link]; i < first[link + 1]; i++, rows++) {
            write_values(to, is_there[cells[i]] ? update : rollups.insert, &rollups, cells[i]);
            is_there[cells[i]] = 1;
        }
        write_row(to, &chain, link);
        rows++;
        step(to, commit);
        /* As the library does under load: move the log into the file when it has grown by 64 MB. */
        if (log_pages < checkpointed) checkpointed = 0;
        if (log_pages - checkpointed >= 16000) {
            sqlite3_wal_checkpoint_v2(to, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
            checkpointed = log_pages;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    printf("lines %zu nanoseconds %lld processor %lld commits %zu rows %zu\n", numbered[LINE].count,
           between(start, end), between(used, spent), chain.count, rows);
    sqlite3_close(from);
    return 0;
}
