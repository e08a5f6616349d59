/* SPDX-License-Identifier: MIT
 *
 * generate.c: the data of the pricing benchmark, from a fixed seed.
 *
 *     generate ROWS FOLDER
 *
 * Writes into FOLDER what pricing needs: activity.csv (about 52 bytes a row: ten
 * columns of an extract of admitted spells, seven of which the rules read),
 * prices.csv (2,000 HRGs by four points of delivery), mff.csv (200 providers),
 * unit-costs.csv, and contract.json with the arrangements that are measured. Ten
 * million rows fall into about 1.45 million groups of provider, point of delivery
 * and HRG. Everything is made up.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROVIDERS 200
#define HRGS      2000
#define PODS      4

static const char *const pods[PODS] = {"NEL", "DC", "EL", "NELNE"};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d) >> 11;
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = length > 0 && (size_t) length < sizeof path ? fopen(path, "wb") : NULL;
    if (f == NULL) {
        perror(name);
        exit(1);
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    return f;
}

static void finish(FILE *f, const char *name)
{
    if (fclose(f) != 0) {
        perror(name);
        exit(1);
    }
}

static void provider_code(char *out, unsigned i)
{
    out[0] = 'R';
    out[1] = (char) ('A' + i / 20);
    out[2] = (char) ('A' + i % 20);
    out[3] = '\0';
}

static void hrg_code(char *out, unsigned i)
{
    (void) snprintf(out, 8, "%c%c%02u%c", 'A' + (char) (i / 100), 'A' + (char) (i / 10 % 10),
                    i % 89 + 10, 'A' + (char) (i % 10));
}

/* ------------------------------------------------------------------- activity */

static char *put_text(char *to, const char *text)
{
    const size_t length = strlen(text);
    memcpy(to, text, length);
    to[length] = ',';
    return to + length + 1;
}

static char *put_number(char *to, uint64_t v, int width)
{
    char digits[20];
    int n = 0;
    do {
        digits[n++] = (char) ('0' + v % 10);
        v /= 10;
    } while (v > 0 || n < width);
    while (n > 0) {
        *to++ = digits[--n];
    }
    *to++ = ',';
    return to;
}

/* Most stays are short, some are long: a seventh go up to sixty days. */
static uint64_t stay(uint64_t random)
{
    return random % 7 == 0 ? random / 7 % 60 : random / 7 % 6;
}

static unsigned pod_of(uint64_t random)
{
    const uint64_t percent = random % 100;
    return percent < 46 ? 0 : percent < 76 ? 1 : percent < 96 ? 2 : 3;
}

static void make_activity(const char *folder, uint64_t rows)
{
    static char provider[PROVIDERS][8];
    static char hrg[HRGS][8];
    static const char *const elective[] = {"11", "12", "13"};
    static const char *const emergency[] = {"21", "22", "24", "28", "2A"};
    uint64_t state = 20160401;
    for (unsigned i = 0; i < PROVIDERS; i++) {
        provider_code(provider[i], i);
    }
    for (unsigned i = 0; i < HRGS; i++) {
        hrg_code(hrg[i], i);
    }
    FILE *f = create(folder, "activity.csv");
    fputs("provider,pod,hrg,los,age,count,admission_method,sex,cost,spell\n", f);
    for (uint64_t i = 0; i < rows; i++) {
        char line[160];
        const uint64_t a = next_random(&state);
        const uint64_t b = next_random(&state);
        const unsigned pod = pod_of(a >> 40);
        char *to = put_text(line, provider[a % PROVIDERS]);
        to = put_text(to, pods[pod]);
        to = put_text(to, hrg[(a >> 8) % HRGS]);
        to = put_number(to, pod == 1 ? 0 : stay(b >> 20), 1);
        to = put_number(to, (b >> 10) % 100, 1);
        to = put_number(to, 1, 1);
        to = put_text(to, pod == 0 ? emergency[b % 5] : elective[b % 3]);
        to = put_number(to, 1 + (b >> 4) % 2, 1);
        to = put_number(to, 200 + (b >> 12) % 9000, 1);
        to[-1] = '.';
        to = put_number(to, (a >> 20) % 100, 2);
        to = put_number(to, UINT64_C(20160000000000) + i, 14);
        to[-1] = '\n';
        if (fwrite(line, (size_t) (to - line), 1, f) != 1) {
            perror("activity.csv");
            exit(1);
        }
    }
    finish(f, "activity.csv");
}

/* --------------------------------------------------------------------- tariff */

static void make_tariff(const char *folder)
{
    uint64_t state = 20170331;
    char code[8];
    FILE *prices = create(folder, "prices.csv");
    FILE *costs = create(folder, "unit-costs.csv");
    fputs("hrg,pod,price,trim_point,per_diem,short_stay_price\n", prices);
    fputs("hrg,efficient_unit_cost\n", costs);
    for (unsigned i = 0; i < HRGS; i++) {
        hrg_code(code, i);
        for (unsigned pod = 0; pod < PODS; pod++) {
            const uint64_t r = next_random(&state);
            const unsigned price = 300 + (unsigned) (r % 9000);
            fprintf(prices, "%s,%s,%u,%u,%u,", code, pods[pod], price,
                    5 + (unsigned) (r >> 20) % 40, 150 + (unsigned) (r >> 30) % 200);
            /* Two thirds of emergency prices have a lower one for short stays. */
            if (pod == 0 && i % 3 != 0) {
                fprintf(prices, "%u", price / 3);
            }
            fputs("\n", prices);
        }
        fprintf(costs, "%s,%u.%06u\n", code, 250 + (unsigned) (next_random(&state) % 8000),
                (unsigned) (next_random(&state) % 1000000));
    }
    finish(prices, "prices.csv");
    finish(costs, "unit-costs.csv");
    FILE *mff = create(folder, "mff.csv");
    fputs("provider,mff\n", mff);
    for (unsigned i = 0; i < PROVIDERS; i++) {
        provider_code(code, i);
        fprintf(mff, "%s,1.%06u\n", code, (unsigned) (next_random(&state) % 298000));
    }
    finish(mff, "mff.csv");
}

/* Four arrangements that price rows, one with four of a kind beside settled ones,
 * one that prices exactly, and one by a rule that is dropped in. */
static const char contract[] =
    "{\n"
    "  \"reckoner\": \"contract/1\", \"id\": \"pricing-benchmark\",\n"
    "  \"title\": \"Made-up spells at made-up prices\",\n"
    "  \"periods\": [{\"id\": \"2016-17\", \"start\": \"2016-04-01\", \"end\": \"2017-03-31\"}],\n"
    "  \"tariff\": {\"reckoner\": \"tariff/1\", \"id\": \"made-up\", \"tables\": {\n"
    "    \"prices\": {\"key\": [\"hrg\", \"pod\"], \"file\": \"prices.csv\"},\n"
    "    \"mff\": {\"key\": [\"provider\"], \"file\": \"mff.csv\"}}},\n"
    "  \"facts\": {\n"
    "    \"activity\": {\"file\": \"activity.csv\"},\n"
    "    \"unit_costs\": {\"key\": [\"hrg\"], \"file\": \"unit-costs.csv\"}},\n"
    "  \"arrangements\": {\n"
    "    \"pbr\": [{\"id\": \"spells\", \"rule\": \"pbr\"}],\n"
    "    \"no-short-stay\": [{\"id\": \"spells\", \"rule\": \"pbr\", \"params\": {\"short_stay\": "
    "false}}],\n"
    "    \"no-long-stay\": [{\"id\": \"spells\", \"rule\": \"pbr\", \"params\": {\"long_stay\": "
    "false}}],\n"
    "    \"efficiency\": [{\"id\": \"spells\", \"rule\": \"pbr\", \"params\": {\"local_factor\": "
    "\"0.98\"}}],\n"
    "    \"cost\": [{\"id\": \"spells\", \"rule\": \"price-equals-cost\"}],\n"
    "    \"block-1\": [{\"id\": \"block\", \"rule\": \"block\", \"params\": {\"amount\": "
    "\"45000000000\"}}],\n"
    "    \"block-2\": [{\"id\": \"block\", \"rule\": \"block\", \"params\": {\"amount\": "
    "\"46000000000\"}}]\n"
    "  }\n"
    "}\n";

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: generate ROWS FOLDER\n", stderr);
        return 2;
    }
    make_activity(argv[2], strtoull(argv[1], NULL, 10));
    make_tariff(argv[2]);
    FILE *f = create(argv[2], "contract.json");
    fputs(contract, f);
    finish(f, "contract.json");
    return 0;
}
