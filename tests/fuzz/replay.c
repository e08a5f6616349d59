/* SPDX-License-Identifier: MIT
 *
 * replay.c: runs a fuzz target on every input of an archive.
 *
 * A target ends the process where something does not hold; the name of its input was printed
 * before that.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(zip_t *archive, zip_uint64_t index)
{
    zip_stat_t stat;
    zip_file_t *file = zip_fopen_index(archive, index, 0);
    if (file == NULL || zip_stat_index(archive, index, 0, &stat) != 0) {
        return 1;
    }
    /* Of its own size, so that a sanitizer sees what is read past its end. */
    uint8_t *bytes = malloc(stat.size > 0 ? stat.size : 1);
    const int failed =
        bytes == NULL || zip_fread(file, bytes, stat.size) != (zip_int64_t) stat.size;
    if (!failed) {
        printf("%s\n", stat.name);
        fflush(stdout);
        (void) LLVMFuzzerTestOneInput(bytes, stat.size);
    }
    free(bytes);
    zip_fclose(file);
    return failed;
}

int main(int argc, char **argv)
{
    zip_t *archive = argc == 2 ? zip_open(argv[1], ZIP_RDONLY, NULL) : NULL;
    if (archive == NULL) {
        fprintf(stderr, "%s cannot be opened\n", argc == 2 ? argv[1] : "no archive");
        return 1;
    }
    const zip_int64_t n = zip_get_num_entries(archive, 0);
    int failed = n == 0;
    for (zip_int64_t i = 0; i < n && !failed; i++) {
        failed = replay(archive, (zip_uint64_t) i);
    }
    zip_discard(archive);
    printf("%lld inputs\n", (long long) n);
    return failed;
}
