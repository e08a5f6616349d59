/* SPDX-License-Identifier: MIT
 *
 * limit.c: what a program could do that knew this one file and this one rule.
 *
 *     limit FOLDER THREADS
 *
 * Columns, their order and their widths are written into the code; there are no
 * contracts, joins or plugins. It checks that lines have ten fields, that there
 * are no quotes, that keys are known and numbers are digits, and writes the same
 * totals by provider, point of delivery and HRG. Compiled for the machine at hand
 * (AVX2 at least).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <immintrin.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIELDS    10
#define BLOCK     ((size_t) 256 << 10)
#define ROWS      1024
#define PROVIDERS 256
#define PODS      8
#define HRGS      2048
#define SLOTS     4096 /* of a dictionary */

enum { PROVIDER, POD, HRG, LOS, AGE, COUNT, METHOD };

static void fail(const char *what)
{
    fprintf(stderr, "limit: %s\n", what);
    exit(1);
}

/* ---------------------------------------------------------------- dictionaries */

typedef struct dictionary {
    uint64_t key[SLOTS];
    uint32_t code[SLOTS];
    char text[HRGS][8];
    uint32_t n;
} dictionary;

static inline uint64_t word_of(const char *text, size_t length)
{
    uint64_t word;
    memcpy(&word, text, 8);
    return length < 8 ? word & ((UINT64_C(1) << length * 8) - 1) : 0;
}

static inline uint32_t place_of(uint64_t word)
{
    return (uint32_t) (word * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (SLOTS - 1);
}

static uint32_t add_word(dictionary *d, uint64_t word, uint32_t most)
{
    uint32_t at = place_of(word);
    while (d->key[at] != 0 && d->key[at] != word) {
        at = (at + 1) & (SLOTS - 1);
    }
    if (d->key[at] == 0) {
        if (d->n >= most) {
            fail("too many keys");
        }
        d->key[at] = word;
        memcpy(d->text[d->n], &word, 8);
        d->code[at] = d->n++;
    }
    return d->code[at];
}

static inline uint32_t find_word(const dictionary *d, uint64_t word)
{
    uint32_t at = place_of(word);
    while (d->key[at] != word) {
        if (d->key[at] == 0) {
            fail("an unknown key");
        }
        at = (at + 1) & (SLOTS - 1);
    }
    return d->code[at];
}

/* --------------------------------------------------------------------- tariff */

typedef struct price {
    int64_t price, short_stay, trim, per_diem; /* pennies and days; short_stay -1: none */
} price;

static dictionary providers, pods, hrgs;
static price prices[HRGS * PODS];
static int64_t factors[PROVIDERS]; /* millionths */
static uint8_t emergency[65536];

static FILE *open_text(const char *folder, const char *name)
{
    char path[4096];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    char line[256];
    if (f == NULL || fgets(line, sizeof line, f) == NULL) {
        fail(name);
    }
    return f;
}

static void read_tariff(const char *folder)
{
    char line[256], hrg[16], pod[16], rest[64];
    long long a, b, c;
    FILE *f = open_text(folder, "prices.csv");
    while (fgets(line, sizeof line, f) != NULL) {
        rest[0] = '\0';
        memset(hrg, 0, sizeof hrg);
        memset(pod, 0, sizeof pod);
        if (sscanf(line, "%15[^,],%15[^,],%lld,%lld,%lld,%63s", hrg, pod, &a, &b, &c, rest) < 5) {
            fail("prices.csv");
        }
        const uint32_t at = add_word(&hrgs, word_of(hrg, strlen(hrg)), HRGS) * PODS +
                            add_word(&pods, word_of(pod, strlen(pod)), PODS);
        prices[at] = (price){a * 100, rest[0] != '\0' ? atoll(rest) * 100 : -1, b, c * 100};
    }
    fclose(f);
    f = open_text(folder, "mff.csv");
    while (fgets(line, sizeof line, f) != NULL) {
        memset(hrg, 0, sizeof hrg);
        if (sscanf(line, "%15[^,],%lld.%lld", hrg, &a, &b) != 3) {
            fail("mff.csv");
        }
        factors[add_word(&providers, word_of(hrg, strlen(hrg)), PROVIDERS)] = a * 1000000 + b;
    }
    fclose(f);
    static const char methods[][3] = {"21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        uint16_t word;
        memcpy(&word, methods[i], 2);
        emergency[word] = 1;
    }
}

/* --------------------------------------------------------------------- workers */

typedef struct group {
    int64_t rows, quantity, base, excess, market, amount, unused[2];
} group;

typedef struct worker {
    pthread_t thread;
    int fd;
    size_t size;
    group *groups;
    char *text;
    uint32_t ends[ROWS * FIELDS + 64];
} worker;

static _Atomic size_t next_block;

static inline int64_t number_of(const char *text, size_t length)
{
    int64_t v = 0;
    uint32_t bad = 0;
    for (size_t i = 0; i < length; i++) {
        const uint32_t digit = (uint32_t) (unsigned char) text[i] - '0';
        bad |= digit > 9;
        v = v * 10 + digit;
    }
    if (bad || length == 0 || length > 6) {
        fail("a number is not one");
    }
    return v;
}

/* Ends of fields from `from` on, of whole rows up to ROWS; returns how many ends. */
static size_t split(worker *w, size_t from, size_t length, size_t *next)
{
    size_t n = 0;
    const __m256i comma = _mm256_set1_epi8(','), feed = _mm256_set1_epi8('\n');
    const __m256i quote = _mm256_set1_epi8('"');
    __m256i quotes = _mm256_setzero_si256();
    size_t at = from;
    for (; at < length && n < ROWS * FIELDS; at += 32) {
        const __m256i bytes = _mm256_loadu_si256((const __m256i *) (const void *) (w->text + at));
        quotes = _mm256_or_si256(quotes, _mm256_cmpeq_epi8(bytes, quote));
        uint32_t mask = (uint32_t) _mm256_movemask_epi8(
            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, comma), _mm256_cmpeq_epi8(bytes, feed)));
        const size_t count = (size_t) __builtin_popcount(mask);
        for (size_t i = 0; i < count; i += 4) { /* four at a time, of which some are not meant */
            for (size_t k = 0; k < 4; k++) {
                w->ends[n + i + k] = (uint32_t) at + (uint32_t) __builtin_ctz(mask | 1u << 31);
                mask &= mask - 1;
            }
        }
        n += count;
    }
    if (!_mm256_testz_si256(quotes, quotes)) {
        fail("a quote");
    }
    while (n > 0 && w->ends[n - 1] >= length) {
        n--;
    }
    n = n > ROWS * FIELDS ? ROWS * FIELDS : n - n % FIELDS;
    *next = n > 0 ? w->ends[n - 1] + 1 : length;
    return n;
}

static void price_rows(worker *w, size_t from, size_t n_rows)
{
    static _Thread_local uint32_t slot[ROWS + 32], tariff[ROWS], provider[ROWS];
    static _Thread_local int64_t los[ROWS], age[ROWS], count[ROWS];
    static _Thread_local uint8_t urgent[ROWS];
    for (size_t r = 0; r < n_rows; r++) {
        const uint32_t *e = w->ends + r * FIELDS;
        const char *t = w->text;
        const size_t start = r > 0 ? e[-1] + 1 : from;
        uint16_t method;
        if (t[e[FIELDS - 1]] != '\n' || e[METHOD] - e[COUNT] != 3) {
            fail("a row is not of ten fields");
        }
        provider[r] = find_word(&providers, word_of(t + start, e[PROVIDER] - start));
        const uint32_t pod =
            find_word(&pods, word_of(t + e[PROVIDER] + 1, e[POD] - e[PROVIDER] - 1));
        const uint32_t hrg = find_word(&hrgs, word_of(t + e[POD] + 1, e[HRG] - e[POD] - 1));
        memcpy(&method, t + e[COUNT] + 1, 2);
        slot[r] = (provider[r] * PODS + pod) * HRGS + hrg;
        tariff[r] = hrg * PODS + pod;
        urgent[r] = emergency[method];
        los[r] = number_of(t + e[HRG] + 1, e[LOS] - e[HRG] - 1);
        age[r] = number_of(t + e[LOS] + 1, e[AGE] - e[LOS] - 1);
        count[r] = number_of(t + e[AGE] + 1, e[COUNT] - e[AGE] - 1);
    }
    for (size_t r = 0; r < 32; r++) {
        slot[n_rows + r] = slot[n_rows - 1];
        __builtin_prefetch(&w->groups[slot[r < n_rows ? r : 0]], 1);
    }
    for (size_t r = 0; r < n_rows; r++) {
        __builtin_prefetch(&w->groups[slot[r + 24]], 1);
        const price *p = &prices[tariff[r]];
        const bool is_short = urgent[r] & (los[r] < 2) & (age[r] >= 19) & (p->short_stay >= 0);
        const int64_t base = count[r] * (is_short ? p->short_stay : p->price);
        const int64_t days = los[r] > p->trim ? los[r] - p->trim : 0;
        const int64_t excess = count[r] * days * p->per_diem;
        const int64_t amount =
            ((base + excess) * factors[provider[r]] + 500000) / 1000000; /* all positive */
        group *g = &w->groups[slot[r]];
        g->rows++;
        g->quantity += count[r];
        g->base += base;
        g->excess += excess;
        g->market += amount - base - excess;
        g->amount += amount;
    }
}

/* A block is the rows that begin in it. */
static void *work(void *own)
{
    worker *w = own;
    for (;;) {
        const size_t start = atomic_fetch_add(&next_block, 1) * BLOCK;
        if (start >= w->size) {
            return NULL;
        }
        const ssize_t got = pread(w->fd, w->text, BLOCK + 4096, (off_t) start);
        if (got <= 0) {
            fail("reading");
        }
        memset(w->text + got, 0, 64);
        /* The first line belongs to the block before, or is the header. */
        const char *feed = memchr(w->text, '\n', (size_t) got);
        size_t from = (size_t) (feed - w->text) + 1;
        size_t length = (size_t) got;
        if (length > BLOCK) {
            feed = memchr(w->text + BLOCK, '\n', length - BLOCK);
            length = (size_t) (feed - w->text) + 1;
        }
        while (from < length) {
            size_t next;
            const size_t n = split(w, from, length, &next);
            if (n == 0) {
                fail("a row is not whole");
            }
            price_rows(w, from, n / FIELDS);
            from = next;
        }
    }
}

/* ---------------------------------------------------------------------- output */

static const dictionary *sorting;
static int by_text(const void *a, const void *b)
{
    return strcmp(sorting->text[*(const uint32_t *) a], sorting->text[*(const uint32_t *) b]);
}

static void sort_words(const dictionary *d, uint32_t *order)
{
    for (uint32_t i = 0; i < d->n; i++) {
        order[i] = i;
    }
    sorting = d;
    qsort(order, d->n, sizeof *order, by_text);
}

static char *put_number(char *to, int64_t v, bool pennies)
{
    char digits[24];
    char *from = digits + sizeof digits;
    uint64_t left = v < 0 ? -(uint64_t) v : (uint64_t) v;
    if (v < 0) {
        *to++ = '-';
    }
    if (pennies) {
        *--from = (char) ('0' + left % 10);
        *--from = (char) ('0' + left / 10 % 10);
        *--from = '.';
        left /= 100;
    }
    do {
        *--from = (char) ('0' + left % 10);
        left /= 10;
    } while (left > 0);
    memcpy(to, from, (size_t) (digits + sizeof digits - from));
    return to + (digits + sizeof digits - from);
}

static void write_groups(const group *groups)
{
    static uint32_t by_provider[PROVIDERS], by_pod[PODS], by_hrg[HRGS];
    static char out[1 << 16];
    char *to = out;
    sort_words(&providers, by_provider);
    sort_words(&pods, by_pod);
    sort_words(&hrgs, by_hrg);
    to += sprintf(to, "provider,pod,hrg,quantity,base,excess_bed_days,market_forces,amount\n");
    for (uint32_t i = 0; i < providers.n * pods.n * hrgs.n; i++) {
        const uint32_t provider = by_provider[i / (pods.n * hrgs.n)];
        const uint32_t pod = by_pod[i / hrgs.n % pods.n], hrg = by_hrg[i % hrgs.n];
        const group *g = &groups[(provider * PODS + pod) * HRGS + hrg];
        if (g->rows == 0) {
            continue;
        }
        to = stpcpy(to, providers.text[provider]);
        *to++ = ',';
        to = stpcpy(to, pods.text[pod]);
        *to++ = ',';
        to = stpcpy(to, hrgs.text[hrg]);
        *to++ = ',';
        to = put_number(to, g->quantity, false);
        const int64_t values[] = {g->base, g->excess, g->market, g->amount};
        for (int k = 0; k < 4; k++) {
            *to++ = ',';
            to = put_number(to, values[k], true);
        }
        *to++ = '\n';
        if (to > out + sizeof out - 256) {
            fwrite(out, 1, (size_t) (to - out), stdout);
            to = out;
        }
    }
    fwrite(out, 1, (size_t) (to - out), stdout);
}

int main(int argc, char **argv)
{
    char path[4096];
    struct stat st;
    static worker workers[64];
    if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > 64) {
        fail("usage: limit FOLDER THREADS");
    }
    const int n = atoi(argv[2]);
    read_tariff(argv[1]);
    (void) snprintf(path, sizeof path, "%s/activity.csv", argv[1]);
    const int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) != 0) {
        fail("activity.csv");
    }
    const size_t bytes = (size_t) PROVIDERS * PODS * HRGS * sizeof(group);
    for (int i = 0; i < n; i++) {
        worker *w = &workers[i];
        w->fd = fd;
        w->size = (size_t) st.st_size;
        w->groups = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        w->text = malloc(BLOCK + 4096 + 64);
        if (w->groups == MAP_FAILED || w->text == NULL) {
            fail("memory");
        }
        madvise(w->groups, bytes, MADV_HUGEPAGE);
        pthread_create(&w->thread, NULL, work, w);
    }
    for (int i = 0; i < n; i++) {
        pthread_join(workers[i].thread, NULL);
        for (size_t g = 0; i > 0 && g < bytes / sizeof(group); g++) {
            if (workers[i].groups[g].rows != 0) {
                int64_t *to = &workers[0].groups[g].rows;
                const int64_t *from = &workers[i].groups[g].rows;
                for (int k = 0; k < 6; k++) {
                    to[k] += from[k];
                }
            }
        }
    }
    write_groups(workers[0].groups);
    return 0;
}
