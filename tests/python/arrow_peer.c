/* SPDX-License-Identifier: MIT
 *
 * arrow_peer.c: the other side of the Arrow C data interface, from its specification and without
 * Reckoner or Arrow: reads rows that were exported, as a library would, and makes a stream of rows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

__attribute__((visibility("default"))) int64_t
peer_read(struct ArrowSchema *schema, struct ArrowArray *array, char *out, size_t size);
__attribute__((visibility("default"))) struct ArrowArrayStream *peer_stream(int fails);
__attribute__((visibility("default"))) int peer_streams_left(void);

/* ----------------------------------------------------------------------- reading */

typedef struct text {
    char *at;
    size_t left;
} text;

__attribute__((format(printf, 2, 3))) static void put(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(t->at, t->left, format, args);
    va_end(args);
    const size_t used = n > 0 && (size_t) n < t->left ? (size_t) n : 0;
    t->at += used;
    t->left -= used;
}

static int bit(const void *bits, int64_t i)
{
    return ((const unsigned char *) bits)[i / 8] >> (i % 8) & 1;
}

static void put_value(text *t, const struct ArrowSchema *schema, const struct ArrowArray *array,
                      int64_t row)
{
    const int64_t i = row + array->offset;
    const char *format = schema->format;
    if (array->null_count != 0 && array->buffers[0] != NULL && !bit(array->buffers[0], i)) {
        put(t, "null");
    } else if (strcmp(format, "b") == 0) {
        put(t, "%s", bit(array->buffers[1], i) ? "true" : "false");
    } else if (strcmp(format, "l") == 0) {
        put(t, "%" PRId64, ((const int64_t *) array->buffers[1])[i]);
    } else if (strcmp(format, "u") == 0) {
        const int32_t *ends = array->buffers[1];
        put(t, "%.*s", (int) (ends[i + 1] - ends[i]), (const char *) array->buffers[2] + ends[i]);
    } else if (strncmp(format, "d:38,", 5) == 0) {
        int64_t halves[2];
        memcpy(halves, (const char *) array->buffers[1] + 16 * i, sizeof halves);
        const int fits = halves[1] == (halves[0] < 0 ? -1 : 0); /* enough for a test */
        put(t, fits ? "%" PRId64 "e-%s" : "too large", halves[0], format + 5);
    } else {
        put(t, "format %s", format);
    }
}

/* Writes the rows, a line each, and releases both structs as a consumer that moved them does.
 * Returns the number of rows, or -1 if the structs break the specification. */
int64_t peer_read(struct ArrowSchema *given_schema, struct ArrowArray *given_array, char *out,
                  size_t size)
{
    text t = {out, size};
    struct ArrowSchema schema = *given_schema;
    struct ArrowArray array = *given_array;
    given_schema->release = NULL; /* moved */
    given_array->release = NULL;
    const int64_t rows = array.length;
    int good = strcmp(schema.format, "+s") == 0 && schema.n_children == array.n_children &&
               array.n_buffers == 1 && schema.release != NULL && array.release != NULL;
    for (int64_t i = 0; good && i < array.n_children; i++) {
        good = array.children[i]->length >= rows && schema.children[i]->name != NULL &&
               schema.children[i]->release != NULL && array.children[i]->release != NULL &&
               array.children[i]->n_buffers == (schema.children[i]->format[0] == 'u' ? 3 : 2);
    }
    for (int64_t row = 0; good && row < rows; row++) {
        for (int64_t i = 0; i < array.n_children; i++) {
            put(&t, "%s%s=", i > 0 ? " " : "", schema.children[i]->name);
            put_value(&t, schema.children[i], array.children[i], row);
        }
        put(&t, "\n");
    }
    array.release(&array);
    schema.release(&schema);
    return good && array.release == NULL && schema.release == NULL ? rows : -1;
}

/* ------------------------------------------------------------------------ making */

static int streams;

typedef struct source {
    int batches, fails;
} source;

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL) {
            schema->children[i]->release(schema->children[i]);
        }
        free(schema->children[i]);
    }
    free(schema->children);
    schema->release = NULL;
    streams--;
}

static void release_array(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) {
            array->children[i]->release(array->children[i]);
        }
        free(array->children[i]);
    }
    free(array->children);
    free(array->buffers);
    array->release = NULL;
    streams--;
}

static struct ArrowSchema schema_of(const char *format, const char *name, int64_t children)
{
    struct ArrowSchema made = {.format = format, .name = name, .flags = 2, .n_children = children};
    made.children = children > 0 ? calloc((size_t) children, sizeof *made.children) : NULL;
    made.release = release_schema;
    streams++;
    return made;
}

static struct ArrowArray array_of(int64_t length, int64_t offset, int64_t buffers, int64_t children)
{
    struct ArrowArray made = {.length = length,
                              .null_count = -1, /* not counted, which the specification allows */
                              .offset = offset,
                              .n_buffers = buffers,
                              .n_children = children};
    made.buffers = calloc((size_t) buffers, sizeof *made.buffers);
    made.children = children > 0 ? calloc((size_t) children, sizeof *made.children) : NULL;
    made.release = release_array;
    streams++;
    return made;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    static const char *const formats[] = {"U", "i", "g"};
    static const char *const names[] = {"pod", "count", "price"};
    (void) stream;
    *out = schema_of("+s", "", 3);
    for (int i = 0; i < 3; i++) {
        out->children[i] = malloc(sizeof **out->children);
        *out->children[i] = schema_of(formats[i], names[i], 0);
    }
    return 0;
}

/* Batches of which each column begins with an entry that is not of it: an offset of 1. */
static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static const int64_t ends[] = {0, 4, 6, 9};
    static const char letters[] = "skipELNEL";
    static const int32_t counts[] = {99, 3, 7};
    static const double prices[] = {0, 10.005, 7};
    static const unsigned char all[] = {7}, first[] = {3};
    source *s = stream->private_data;
    if (s->fails && s->batches == 1) {
        return EIO;
    }
    if (s->batches-- == 0) {
        memset(out, 0, sizeof *out);
        return 0;
    }
    *out = array_of(2, 0, 1, 3);
    for (int i = 0; i < 3; i++) {
        out->children[i] = malloc(sizeof **out->children);
        *out->children[i] = array_of(2, 1, i == 0 ? 3 : 2, 0);
        out->children[i]->buffers[0] = i == 1 ? first : all;
    }
    out->children[0]->buffers[1] = ends;
    out->children[0]->buffers[2] = letters;
    out->children[1]->buffers[1] = counts;
    out->children[2]->buffers[1] = prices;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void) stream;
    return "the disk is gone";
}

static void release_stream(struct ArrowArrayStream *stream)
{
    free(stream->private_data);
    stream->release = NULL;
    streams--;
}

/* A stream of two batches of two rows; with `fails`, the second is an error. */
struct ArrowArrayStream *peer_stream(int fails)
{
    static struct ArrowArrayStream stream;
    source *s = malloc(sizeof *s);
    *s = (source){2, fails};
    stream = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, s};
    streams++;
    return &stream;
}

/* What was made and not released. */
int peer_streams_left(void)
{
    return streams;
}
