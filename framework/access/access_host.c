/* SPDX-License-Identifier: MIT
 *
 * access_host.c: the servers that a run may contact, and which addresses are not on the public
 * internet.
 *
 * The address ranges are those of the IANA registries of special-purpose addresses (RFC 6890 and
 * its successors). An address that contains another one is judged by that one: a run that may not
 * reach 10.0.0.1 may not reach it as ::ffff:10.0.0.1 or 64:ff9b::10.0.0.1 either.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "access/access.h"
#include "json/json.h"

/* ---------------------------------------------------------------- addresses */

typedef struct range4 {
    uint32_t from;
    int bits;
} range4;

static const range4 ranges4[] = {
    {0x00000000, 8},  /* 0.0.0.0: this network */
    {0x0a000000, 8},  /* 10.0.0.0: private */
    {0x64400000, 10}, /* 100.64.0.0: carrier-grade NAT */
    {0x7f000000, 8},  /* 127.0.0.0: loopback */
    {0xa9fe0000, 16}, /* 169.254.0.0: link-local, where clouds keep their metadata */
    {0xac100000, 12}, /* 172.16.0.0: private */
    {0xc0000000, 24}, /* 192.0.0.0: protocol assignments */
    {0xc0000200, 24}, /* 192.0.2.0: documentation */
    {0xc0586300, 24}, /* 192.88.99.0: 6to4 relays, deprecated */
    {0xc0a80000, 16}, /* 192.168.0.0: private */
    {0xc6120000, 15}, /* 198.18.0.0: benchmarks */
    {0xc6336400, 24}, /* 198.51.100.0: documentation */
    {0xcb007100, 24}, /* 203.0.113.0: documentation */
    {0xe0000000, 4},  /* 224.0.0.0: multicast */
    {0xf0000000, 4},  /* 240.0.0.0: reserved, and broadcast */
};

static bool private4(const uint8_t a[4])
{
    const uint32_t address =
        (uint32_t) a[0] << 24 | (uint32_t) a[1] << 16 | (uint32_t) a[2] << 8 | a[3];
    for (size_t i = 0; i < sizeof ranges4 / sizeof *ranges4; i++) {
        if ((address ^ ranges4[i].from) >> (32 - ranges4[i].bits) == 0) {
            return true;
        }
    }
    return false;
}

typedef struct range6 {
    uint8_t from[16];
    int bits;
    int holds; /* offset of the IPv4 address that decides; -1: the range is private */
} range6;

/* The first match decides. An address without a match is public only within 2000::/3. */
static const range6 ranges6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12}, /* ::ffff:0:0: mapped IPv4 */
    {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12},       /* ::ffff:0:0:0: translated IPv4 */
    {{0, 0x64, 0xff, 0x9b}, 96, 12},                      /* 64:ff9b::: NAT64 */
    {{0x20, 0x01}, 23, -1},                               /* 2001::: Teredo, ORCHID, ... */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, -1},                   /* 2001:db8::: documentation */
    {{0x20, 0x02}, 16, 2},                                /* 2002::: 6to4 */
    {{0x3f, 0xff}, 20, -1},                               /* 3fff::: documentation */
};

static bool within6(const uint8_t a[16], const range6 *range)
{
    const size_t whole = (size_t) range->bits / 8;
    const int rest = range->bits % 8;
    return memcmp(a, range->from, whole) == 0 &&
           (rest == 0 || (a[whole] ^ range->from[whole]) >> (8 - rest) == 0);
}

static bool private6(const uint8_t a[16])
{
    for (size_t i = 0; i < sizeof ranges6 / sizeof *ranges6; i++) {
        if (within6(a, &ranges6[i])) {
            return ranges6[i].holds < 0 || private4(a + ranges6[i].holds);
        }
    }
    return (a[0] & 0xe0) != 0x20;
}

/* The longest address or host name, with its NUL. */
#define HOST_SIZE 256

/* Strips the brackets of a URL and the dot that ends a full name; false if too long for a host. */
static bool host_plain(const char *host, size_t length, char out[HOST_SIZE])
{
    if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
        host++;
        length -= 2;
    }
    if (length > 1 && host[length - 1] == '.') {
        length--;
    }
    if (length == 0 || length >= HOST_SIZE) {
        return false;
    }
    memcpy(out, host, length);
    out[length] = '\0';
    return true;
}

bool rk__access_is_private(const char *address)
{
    char plain[HOST_SIZE];
    uint8_t bytes[16];

    if (!host_plain(address, strlen(address), plain)) {
        return true;
    }
    plain[strcspn(plain, "%")] = '\0'; /* the interface of a link-local address */
    if (inet_pton(AF_INET, plain, bytes) == 1) {
        return private4(bytes);
    }
    if (inet_pton(AF_INET6, plain, bytes) == 1) {
        return private6(bytes);
    }
    return true; /* an unknown kind */
}

/* -------------------------------------------------------------------- hosts */

/* Whether two hosts are the same: names compare without regard to case, addresses by value
 * however they are spelled. */
static bool host_same(const char *a, const char *b)
{
    uint8_t x[16], y[16];
    if (inet_pton(AF_INET6, a, x) == 1 && inet_pton(AF_INET6, b, y) == 1) {
        return memcmp(x, y, sizeof x) == 0;
    }
    return strcasecmp(a, b) == 0;
}

/* A decimal port number, or -1. */
static int host_port(const char *text)
{
    int port = 0;
    const size_t n = strlen(text);
    if (n == 0 || n > 5 || strspn(text, "0123456789") != n) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        port = port * 10 + (text[i] - '0');
    }
    return port <= 65535 ? port : -1;
}

/* Splits "host", "host:port", "[v6]", "[v6]:port" or a bare IPv6 address. */
static bool host_allows(const char *entry, const char *host, int port)
{
    char plain[HOST_SIZE];
    const char *colon = strrchr(entry, ':');
    const char *bracket = strrchr(entry, ']');

    if (colon != NULL && (bracket != NULL ? colon < bracket : strchr(entry, ':') != colon)) {
        colon = NULL; /* it belongs to an IPv6 address */
    }
    const size_t length = colon != NULL ? (size_t) (colon - entry) : strlen(entry);
    if (colon != NULL && host_port(colon + 1) != port) {
        return false;
    }
    return host_plain(entry, length, plain) && host_same(plain, host);
}

rk_status rk__access_host(const rk__access *access, const char *host, int port, const rk__value *at,
                          rk_problems *problems)
{
    char plain[HOST_SIZE];
    char hint[HOST_SIZE + 64];
    rk__arena arena = {0};
    rk__place place = {0};

    if (access == NULL || !access->untrusted) {
        return RK_OK;
    }
    const bool sound = host_plain(host, strlen(host), plain);
    for (size_t i = 0; sound && access->allow_host != NULL && access->allow_host[i] != NULL; i++) {
        if (host_allows(access->allow_host[i], plain, port)) {
            return RK_OK;
        }
    }
    (void) snprintf(hint, sizeof hint, "allow it with --allow-host %s", sound ? host : "HOST");
    if (at != NULL && problems != NULL) {
        rk__json_place(at, &place, &arena);
    }
    (void) rk__problem(problems, RK_FORBIDDEN, &place, hint,
                       "this run may not contact the host '%s', port %d", host, port);
    rk__arena_dispose(&arena);
    return RK_FORBIDDEN;
}
