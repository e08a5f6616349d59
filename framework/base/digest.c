/* SPDX-License-Identifier: MIT
 *
 * digest.c: SHA-256 (libcrypto) and XXH3 (libxxhash) as lower-case hexadecimal.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/text.h"

#define SHA256_BYTES   32
#define FILE_READ_SIZE 32768

/* Converts four bytes to eight digits at once: splits each byte into two halves, adds '0', and
 * adds the gap between '9' and 'a' to values above 9. */
static uint64_t hex_digits(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t halves = (bytes | bytes << 16) & UINT64_C(0x0000ffff0000ffff);
    halves = (halves | halves << 8) & UINT64_C(0x00ff00ff00ff00ff);
    halves = (halves | halves << 4) & ones * 15;
    const uint64_t above = ((halves + ones * 6) >> 4) & ones;
    return halves + ones * '0' + above * ('a' - '9' - 1);
}

/* n must be a multiple of four. */
static void hex_text(const unsigned char *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i += 4) {
        uint32_t four;
        memcpy(&four, bytes + i, sizeof four);
        const uint64_t digits = htobe64(hex_digits(be32toh(four)));
        memcpy(out + 2 * i, &digits, sizeof digits);
    }
    out[2 * n] = '\0';
}

/* libcrypto initialises itself on first use. If memory runs out while it does, later calls crash
 * instead of failing. */
static bool is_set_up(void)
{
    return OSSL_LIB_CTX_get0_global_default() != NULL;
}

void rk__sha256(const void *data, size_t length, char out[RK__SHA256_TEXT])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    out[0] = '\0';
    if (is_set_up() && EVP_Digest(data, length, bytes, NULL, EVP_sha256(), NULL) == 1)
        hex_text(bytes, SHA256_BYTES, out);
}

struct rk__sha256_maker {
    EVP_MD *method;
    EVP_MD_CTX *context;
    bool begun; /* the context has the method */
};

rk__sha256_maker *rk__sha256_maker_new(void)
{
    rk__sha256_maker *maker = rk__calloc(1, sizeof *maker);
    if (maker == NULL)
        return NULL;
    maker->method = is_set_up() ? EVP_MD_fetch(NULL, "SHA256", NULL) : NULL;
    maker->context = EVP_MD_CTX_new();
    if (maker->method != NULL && maker->context != NULL)
        return maker;
    rk__sha256_maker_free(maker);
    return NULL;
}

void rk__sha256_maker_free(rk__sha256_maker *maker)
{
    if (maker != NULL) {
        EVP_MD_CTX_free(maker->context);
        EVP_MD_free(maker->method);
        rk__free(maker);
    }
}

void rk__sha256_make(rk__sha256_maker *maker, const void *data, size_t length,
                     char out[RK__SHA256_TEXT])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    out[0] = '\0';
    /* Naming the method again would allocate its state again. */
    if (EVP_DigestInit_ex2(maker->context, maker->begun ? NULL : maker->method, NULL) == 1 &&
        (maker->begun = true) && EVP_DigestUpdate(maker->context, data, length) == 1 &&
        EVP_DigestFinal_ex(maker->context, bytes, NULL) == 1)
        hex_text(bytes, SHA256_BYTES, out);
}

/* Returns 0, or -1 with errno set. */
static int digest_fd(int fd, EVP_MD_CTX *context)
{
    unsigned char part[FILE_READ_SIZE];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n == 0)
            return 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (EVP_DigestUpdate(context, part, (size_t) n) != 1) {
            errno = ENOMEM;
            return -1;
        }
    }
}

int rk__sha256_file(const char *path, char out[RK__SHA256_TEXT])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    out[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || !is_set_up() || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        errno = ENOMEM;
    } else if (digest_fd(fd, context) == 0) {
        if (EVP_DigestFinal_ex(context, bytes, NULL) == 1)
            result = 0;
        else
            errno = ENOMEM;
    }
    int error = errno;
    EVP_MD_CTX_free(context);
    close(fd);
    errno = error;
    if (result == 0)
        hex_text(bytes, SHA256_BYTES, out);
    return result;
}

/* ---------------------------------------------------------------------- XXH3 */

struct rk__xxh3 {
    XXH3_state_t *state;
};

rk__xxh3 *rk__xxh3_new(void)
{
    rk__xxh3 *state = rk__calloc(1, sizeof *state);
    if (!state)
        return NULL;
    state->state = XXH3_createState();
    if (!state->state || XXH3_128bits_reset(state->state) != XXH_OK) {
        rk__xxh3_free(state);
        return NULL;
    }
    return state;
}

void rk__xxh3_add(rk__xxh3 *state, const void *data, size_t length)
{
    if (length)
        XXH3_128bits_update(state->state, data, length);
}

/* In canonical byte order, as `xxhsum -H2` prints it. */
void rk__xxh3_text(const rk__xxh3 *state, char out[RK__XXH3_TEXT])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state->state));
    hex_text(canonical.digest, sizeof canonical.digest, out);
}

void rk__xxh3_free(rk__xxh3 *state)
{
    if (!state)
        return;
    XXH3_freeState(state->state);
    rk__free(state);
}
