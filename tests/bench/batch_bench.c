/* SPDX-License-Identifier: MIT
 *
 * batch_bench.c: small contracts for tests/bench/batch/run.py, and what cJSON alone takes
 * to parse them.
 *
 *     batch_bench make N FOLDER     N contracts (1.5 KB each, ten rows of six columns, a lookup
 *                                   for each, cap and collar) as set.ndjson, and their tariff;
 * prints what they come to, worked out here in pennies batch_bench cjson FILE        parses each
 * line with cJSON; prints lines a second
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define ROWS   10
#define PRICES 100

static uint64_t state = 42;

/* Numerical Recipes' quick generator: any even spread will do. */
static unsigned pick(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned) (state >> 33) % below;
}

static int64_t price_of(unsigned group)
{
    return 1000 + (int64_t) group * 13;
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    return f;
}

static void make_tariff(const char *folder)
{
    FILE *f = create(folder, "tariff.json");
    fputs("{\"reckoner\":\"tariff/1\",\"id\":\"bench\",\"currency\":\"GBP\",\"tables\":{\"prices\":"
          "{\"key\":[\"hrg\",\"pod\"],\"rows\":[",
          f);
    for (unsigned i = 0; i < PRICES; i++) {
        fprintf(f, "%s{\"hrg\":\"HX%02uA\",\"pod\":\"EL\",\"price\":\"%" PRId64 "\"}",
                i == 0 ? "" : ",\n", i, price_of(i));
    }
    fputs("]}}}\n", f);
    fclose(f);
}

/* One contract; what it pays, in pennies. */
static int64_t make_contract(FILE *f, long number)
{
    int64_t actual = 0;
    fprintf(f,
            "{\"reckoner\":\"contract/1\",\"id\":\"contract-%07ld\",\"title\":\"Elective "
            "services, contract %ld\",\"basis\":\"illustrative\",\"currency\":\"GBP\","
            "\"commissioner\":\"commissioner-%ld\",\"provider\":\"provider-%ld\",\"periods\":"
            "[{\"id\":\"2016-17\",\"start\":\"2016-04-01\",\"end\":\"2017-03-31\"}],"
            "\"tariff\":\"tariff.json\",\"facts\":{\"activity\":[",
            number, number, number % 42, number % 200);
    for (int i = 0; i < ROWS; i++) {
        const unsigned group = pick(PRICES);
        const unsigned count = 1 + pick(50);
        actual += price_of(group) * count * 100;
        fprintf(
            f,
            "%s{\"month\":\"2016-%02u\",\"specialty\":\"%u\",\"hrg\":\"HX%02uA\",\"pod\":\"EL\","
            "\"spell_los\":%u,\"count\":%u}",
            i == 0 ? "" : ",", 4 + pick(9), 100 + 10 * pick(9), group, pick(6), count);
    }
    const int64_t plan = 300000 + (int64_t) pick(2000) * 100;
    fprintf(f,
            "]},\"arrangements\":{\"main\":[{\"id\":\"acute\",\"rule\":\"pbr\"},"
            "{\"id\":\"cap\",\"rule\":\"cap-and-collar\",\"of\":[\"acute\"],\"params\":{\"plan\":"
            "\"%" PRId64
            "\",\"cap\":\"0.03\",\"collar\":\"0.02\"}}]},\"notes\":\"Made up for measuring.\"}\n",
            plan);
    const int64_t most = plan * 103;
    const int64_t least = plan * 98;
    return actual > most ? most : actual < least ? least : actual;
}

static int make(long n, const char *folder)
{
    int64_t total = 0;
    make_tariff(folder);
    FILE *f = create(folder, "set.ndjson");
    for (long i = 0; i < n; i++) {
        total += make_contract(f, i);
    }
    fclose(f);
    printf("%" PRId64 ".%02" PRId64 "\n", total / 100, total % 100);
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static int parse(const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    long n = 0;
    if (f == NULL) {
        perror(path);
        return 1;
    }
    const double begun = seconds();
    for (ssize_t length = 0; (length = getline(&line, &capacity, f)) > 0; n++) {
        cJSON *document = cJSON_ParseWithLength(line, (size_t) length);
        if (document == NULL) {
            fprintf(stderr, "line %ld is not JSON\n", n + 1);
            return 1;
        }
        cJSON_Delete(document);
    }
    printf("%.0f\n", (double) n / (seconds() - begun));
    free(line);
    fclose(f);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "make") == 0) {
        return make(atol(argv[2]), argv[3]);
    }
    if (argc == 3 && strcmp(argv[1], "cjson") == 0) {
        return parse(argv[2]);
    }
    fputs("batch_bench make N FOLDER | cjson FILE\n", stderr);
    return 2;
}
