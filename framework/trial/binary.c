/* SPDX-License-Identifier: MIT
 *
 * binary.c: what a rule's file imports, and whether it has data that can change, read from the
 * file without running any of its code.
 */
#include <dlfcn.h>
#include <elf.h>
#include <string.h>

#include "base/file.h"
#include "trial/trial.h"

/* Functions that a rule has no use for. */
static const struct {
    const char *what;
    const char *names; /* separated by spaces; a '*' at the end stands for anything */
} kinds[] = {
    {"reads the clock", " time clock clock_gettime gettimeofday localtime localtime_r gmtime "
                        "gmtime_r mktime strftime times ftime timespec_get "},
    {"makes random numbers", " rand srand rand_r random srandom drand48 lrand48 mrand48 erand48 "
                             "getrandom getentropy arc4random arc4random_uniform "},
    {"reads or writes files", " open open64 openat creat fopen fopen64 freopen fdopen read pread "
                              "write pwrite fread fgets fgetc getc fscanf mmap mmap64 opendir "
                              "readdir stat lstat fstat unlink rename mkdir tmpfile mkstemp "},
    {"prints", " printf puts putchar fprintf vprintf vfprintf fputs fputc putc fwrite perror "
               "__printf_chk __fprintf_chk __vprintf_chk __vfprintf_chk dprintf "},
    {"uses the network", " socket connect bind listen accept send sendto recv recvfrom getaddrinfo "
                         "gethostbyname "},
    {"starts threads", " pthread_create thrd_create "},
    {"ends or starts processes",
     " exit _exit _Exit quick_exit fork vfork execve execv execvp system "
     "popen kill raise posix_spawn daemon "},
    {"handles signals", " signal sigaction sigprocmask pthread_sigmask alarm setitimer "},
    {"changes the process", " setlocale setenv putenv unsetenv chdir umask fesetround atexit "
                            "on_exit dlopen setrlimit prctl "},
    {"reads the environment", " getenv secure_getenv gethostname getpid getuid sysconf "},
};

/* What a rule may call of the C library: memory, texts, numbers, and what compilers call. */
static const char useful[] =
    " malloc calloc realloc reallocarray free aligned_alloc posix_memalign memcpy memmove memset "
    "memcmp bcmp memchr memrchr memmem mempcpy rawmemchr strlen strnlen strcmp strncmp strcasecmp "
    "strncasecmp strcpy strncpy strcat strncat stpcpy stpncpy strchr strrchr strchrnul strstr "
    "strcasestr strspn strcspn strpbrk strtok_r strsep strdup strndup __strdup __strndup snprintf "
    "vsnprintf sprintf vsprintf sscanf __isoc99_sscanf __isoc23_sscanf strtol strtoll strtoul "
    "strtoull strtod __isoc23_strtol __isoc23_strtoll __isoc23_strtoul __isoc23_strtoull atoi atol "
    "atoll abs labs llabs div ldiv lldiv qsort qsort_r bsearch frexp ldexp modf copysign scalbn "
    "finite "
    "isinf isnan __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc isalnum isalpha isdigit "
    "islower isupper isspace isxdigit ispunct tolower toupper __stack_chk_fail __cxa_finalize "
    "__cxa_atexit __errno_location __assert_fail abort setjmp _setjmp __sigsetjmp longjmp "
    "siglongjmp dl_iterate_phdr ";

typedef struct elf {
    const unsigned char *bytes;
    size_t length;
    const Elf64_Shdr *sections;
    size_t n_sections;
    const char *names;
} elf;

static const void *part(const elf *e, uint64_t at, uint64_t size)
{
    return at <= e->length && size <= e->length - at ? e->bytes + at : NULL;
}

static bool elf_open(elf *e, const char *bytes, size_t length)
{
    *e = (elf){.bytes = (const unsigned char *) bytes, .length = length};
    const Elf64_Ehdr *header = part(e, 0, sizeof *header);
    if (header == NULL || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(Elf64_Shdr)) {
        return false;
    }
    e->n_sections = header->e_shnum;
    e->sections = part(e, header->e_shoff, e->n_sections * sizeof *e->sections);
    if (e->sections == NULL || header->e_shstrndx >= e->n_sections) {
        return false;
    }
    const Elf64_Shdr *names = &e->sections[header->e_shstrndx];
    e->names = part(e, names->sh_offset, names->sh_size);
    return e->names != NULL;
}

static const Elf64_Shdr *section(const elf *e, uint32_t type)
{
    for (size_t i = 0; i < e->n_sections; i++) {
        if (e->sections[i].sh_type == type) {
            return &e->sections[i];
        }
    }
    return NULL;
}

typedef struct symbols {
    const Elf64_Sym *at;
    size_t n;
    const char *names;
    size_t names_size;
} symbols;

static bool symbols_of(const elf *e, uint32_t type, symbols *out)
{
    const Elf64_Shdr *table = section(e, type);
    if (table == NULL || table->sh_link >= e->n_sections) {
        return false;
    }
    const Elf64_Shdr *names = &e->sections[table->sh_link];
    out->at = part(e, table->sh_offset, table->sh_size);
    out->n = table->sh_size / sizeof *out->at;
    out->names = part(e, names->sh_offset, names->sh_size);
    out->names_size = names->sh_size;
    return out->at != NULL && out->names != NULL;
}

static const char *name_of(const symbols *s, size_t i)
{
    return s->at[i].st_name < s->names_size ? s->names + s->at[i].st_name : "";
}

static bool has_word(const char *words, const char *word)
{
    return strstr(words, word) != NULL;
}

static bool of_libc(const char *name)
{
    static void *libc;
    libc = libc != NULL ? libc : dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    return libc != NULL && dlsym(libc, name) != NULL;
}

static const char *kind_of(const char *name)
{
    char word[80];
    const size_t length = strlen(name);
    if (length + 3 > sizeof word) {
        return NULL;
    }
    word[0] = ' ';
    memcpy(word + 1, name, length);
    memcpy(word + 1 + length, " ", 2);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (has_word(kinds[k].names, word)) {
            return kinds[k].what;
        }
    }
    const bool checked =
        length > 6 && strncmp(name, "__", 2) == 0 && strcmp(name + length - 4, "_chk") == 0;
    return !checked && !has_word(useful, word) && of_libc(name)
               ? "asks the C library for what no rule needs"
               : NULL;
}

/* Libraries whose functions are looked at by name, or are the compiler's own. */
static bool is_looked_at(const char *library)
{
    static const char *const names[] = {"libc.so.",   "libm.so.",        "libgcc_s.so.",
                                        "libstdc++.", "ld-linux",        "libpthread.so.",
                                        "libc++",     "linux-vdso.so.1", "libatomic.so."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(library, names[i], strlen(names[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Names the libraries that are not. */
static bool links_others(rk__trial_run *run, const elf *e)
{
    const Elf64_Shdr *dynamic = section(e, SHT_DYNAMIC);
    bool others = false;
    if (dynamic == NULL || dynamic->sh_link >= e->n_sections) {
        return false;
    }
    const Elf64_Shdr *strings = &e->sections[dynamic->sh_link];
    const Elf64_Dyn *entry = part(e, dynamic->sh_offset, dynamic->sh_size);
    const char *names = part(e, strings->sh_offset, strings->sh_size);
    for (size_t i = 0; entry != NULL && names != NULL && i < dynamic->sh_size / sizeof *entry;
         i++) {
        if (entry[i].d_tag == DT_NEEDED && entry[i].d_un.d_val < strings->sh_size &&
            !is_looked_at(names + entry[i].d_un.d_val)) {
            rk__trial_say(run, 'F', RK__TRIAL_IMPORTS,
                          "it links to %s: a rule needs no library, and what that one does is not "
                          "looked at",
                          names + entry[i].d_un.d_val);
            others = true;
        }
    }
    return others;
}

/* Start files have one function to call in each. */
static void check_initialisers(rk__trial_run *run, const elf *e)
{
    bool found = false;
    for (size_t i = 0; i < e->n_sections; i++) {
        const uint32_t type = e->sections[i].sh_type;
        const bool at_end = type == SHT_FINI_ARRAY;
        const size_t usual = type == SHT_PREINIT_ARRAY ? 0 : sizeof(Elf64_Addr);
        if ((at_end || type == SHT_INIT_ARRAY || type == SHT_PREINIT_ARRAY) &&
            e->sections[i].sh_size > usual) {
            rk__trial_say(run, 'F', RK__TRIAL_EFFECTS, "it has code that runs by itself %s",
                          at_end ? "when it is unloaded (a destructor)"
                                 : "when it is loaded (a constructor)");
            found = true;
        }
    }
    if (!found) {
        rk__trial_say(run, 'P', RK__TRIAL_EFFECTS, "no code runs when it is loaded");
    }
}

static void check_imports(rk__trial_run *run, const elf *e)
{
    symbols s;
    rk__buf all = {0};
    bool failed = links_others(run, e);
    const bool found = symbols_of(e, SHT_DYNSYM, &s);
    for (size_t i = 1; found && i < s.n; i++) {
        const char *name = name_of(&s, i);
        if (s.at[i].st_shndx != SHN_UNDEF || name[0] == '\0' ||
            (ELF64_ST_BIND(s.at[i].st_info) == STB_WEAK && !of_libc(name))) {
            continue;
        }
        const char *kind = kind_of(name);
        rk__buf_printf(&all, "%s%s", all.length > 0 ? " " : "", name);
        if (kind != NULL) {
            rk__trial_say(run, 'F', RK__TRIAL_IMPORTS, "it %s: it imports %s", kind, name);
            failed = true;
        }
    }
    if (!failed) {
        rk__trial_say(run, 'P', RK__TRIAL_IMPORTS, "%s",
                      all.length > 0 ? all.text : "it imports nothing");
    }
    rk__buf_dispose(&all);
}

/* What the compiler's own start files put into every shared object. */
static bool is_compilers(const char *name)
{
    static const char *const names[] = {"completed.0",
                                        "__dso_handle",
                                        "__TMC_END__",
                                        "_DYNAMIC",
                                        "_GLOBAL_OFFSET_TABLE_",
                                        "__frame_dummy_init_array_entry",
                                        "__do_global_dtors_aux_fini_array_entry"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return strncmp(name, "completed", 9) == 0;
}

static bool can_change(const elf *e, size_t index)
{
    if (index >= e->n_sections) {
        return false;
    }
    const Elf64_Shdr *s = &e->sections[index];
    const char *name = e->names + s->sh_name;
    return (s->sh_flags & SHF_WRITE) != 0 &&
           (strncmp(name, ".data", 5) == 0 || strncmp(name, ".bss", 4) == 0 ||
            (s->sh_flags & SHF_TLS) != 0) &&
           strncmp(name, ".data.rel.ro", 12) != 0;
}

static void check_statics(rk__trial_run *run, const elf *e)
{
    symbols s;
    rk__buf names = {0};
    uint64_t bytes = 0;
    for (size_t i = 0; i < e->n_sections; i++) {
        /* Start files have eight bytes in each. */
        bytes += can_change(e, i) && e->sections[i].sh_size > 8 ? e->sections[i].sh_size - 8 : 0;
    }
    const bool listed = symbols_of(e, SHT_SYMTAB, &s);
    for (size_t i = 1; listed && i < s.n; i++) {
        const unsigned type = ELF64_ST_TYPE(s.at[i].st_info);
        if ((type == STT_OBJECT || type == STT_TLS) && s.at[i].st_size > 0 &&
            can_change(e, s.at[i].st_shndx) && !is_compilers(name_of(&s, i))) {
            rk__buf_printf(&names, "%s%s", names.length > 0 ? ", " : "", name_of(&s, i));
        }
    }
    if (listed ? names.length > 0 : bytes > 0) {
        rk__trial_say(run, 'F', RK__TRIAL_STATICS,
                      "it has data that can change, which makes results depend on what was priced "
                      "before: %s",
                      listed ? names.text : "(its symbols are stripped)");
    } else {
        rk__trial_say(run, 'P', RK__TRIAL_STATICS, "none of its data can change");
    }
    rk__buf_dispose(&names);
}

void rk__trial_binary(rk__trial_run *run)
{
    char *bytes = NULL;
    size_t length = 0;
    elf e;
    rk__trial_at(run, RK__TRIAL_IMPORTS, "reading the file");
    if (rk__file_read(run->options->path, (size_t) 64 << 20, &bytes, &length, NULL) != RK_OK ||
        !elf_open(&e, bytes, length)) {
        rk__trial_say(run, 'S', RK__TRIAL_IMPORTS, "its sections cannot be read");
    } else {
        check_imports(run, &e);
        check_statics(run, &e);
        check_initialisers(run, &e);
    }
    rk__free(bytes);
}
