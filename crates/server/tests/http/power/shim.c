/* A disk that forgets what was not forced to it, and that fails when it is told to.
 *
 * Preloaded into the server under test, it keeps beside the data folder what a disk would hold of each
 * file: a page gets there when fsync or fdatasync has been called for it, a name when its folder was
 * forced. The test makes the power cut of it (disk.rs). The real calls of fsync are not made, so that
 * a thousand rounds take minutes: the page cache outlives a killed process, which is all that is needed.
 *
 * Files are known by inode, so that a rename carries the content; an inode that loses its name is kept
 * under another, so that its number is not used again. The -shm file of SQLite is left out: it is
 * mapped, not written, and SQLite makes it anew when nobody else has it open. The database is read and
 * written without mapping (mmap_size is 0 unless asked for).
 *
 *   CANDOUR_SHIM_DATA   the data folder; it has no folders in it
 *   CANDOUR_SHIM_DISK   the folder of the disk: INODE (content), INODE.dirty (one bit a page), names,
 *                       kept-INODE (removed files), full (the beginning of the names that get no room)
 *   CANDOUR_SHIM_CUT    the process ends at this call of fsync, before anything of it is on the disk
 *   CANDOUR_SHIM_FAIL   this call of fsync fails with EIO; as Linux does it, what was to be forced counts
 *                       as clean from then on, and a later call that succeeds does not force it
 *   CANDOUR_SHIM_BROKEN if set, every call from then on fails too
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, FILES = 256, PAGES = 1 << 17 };

struct file {
    ino_t inode;
    char name[NAME_MAX + 1];
    int disk;
    unsigned char *dirty;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[FILES];
static int known, syncs;
static const char *data, *disk;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    data = getenv("CANDOUR_SHIM_DATA");
    disk = getenv("CANDOUR_SHIM_DISK");
}

/* A test must not go on with a disk that does not do what it should. */
static void give_up(const char *why) {
    fprintf(stderr, "the disk under test: %s: %s\n", why, strerror(errno));
    abort();
}

static long number(const char *variable) {
    const char *text = getenv(variable);
    return text ? atol(text) : 0;
}

static void on_disk(char *path, const char *name) { snprintf(path, PATH_MAX, "%s/%s", disk, name); }

/* The file behind a descriptor, if it is one of the data folder's. */
static struct file *file_of(int fd) {
    struct stat st;
    if (!data || !disk || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) return NULL;
    for (int i = 0; i < known; i++)
        if (files[i].inode == st.st_ino) return &files[i];
    char link[64], path[PATH_MAX], name[NAME_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) : 0;
    if (folder != strlen(data) || strncmp(path, data, folder) != 0) return NULL;
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return NULL;
    if (known == FILES) give_up("too many files");
    struct file *file = &files[known];
    snprintf(file->name, sizeof file->name, "%s", slash + 1);
    snprintf(name, sizeof name, "%lu", (unsigned long)st.st_ino);
    on_disk(path, name);
    if ((file->disk = open(path, O_RDWR | O_CREAT, 0600)) < 0) give_up(path);
    strcat(path, ".dirty");
    int dirty = open(path, O_RDWR | O_CREAT, 0600);
    if (dirty < 0 || real_ftruncate(dirty, PAGES / 8) != 0) give_up(path);
    /* Shared with whoever opens the file next: what is dirty outlives a process. */
    file->dirty = mmap(NULL, PAGES / 8, PROT_READ | PROT_WRITE, MAP_SHARED, dirty, 0);
    if (file->dirty == MAP_FAILED) give_up(path);
    close(dirty);
    file->inode = st.st_ino;
    known++;
    return file;
}

static void soil(struct file *file, off_t from, off_t to) {
    if (to > (off_t)PAGES * PAGE) give_up("the file is too long");
    for (off_t page = from / PAGE; page * PAGE < to; page++) file->dirty[page / 8] |= 1 << page % 8;
}

/* Whether there is no room for this file just now. */
static int is_full(const struct file *file) {
    char path[PATH_MAX], name[NAME_MAX + 1];
    on_disk(path, "full");
    int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    ssize_t length = read(fd, name, NAME_MAX);
    close(fd);
    return length > 0 && strncmp(file->name, name, (size_t)length) == 0;
}

static ssize_t written(int fd, const void *bytes, size_t count, off_t at, int seeks) {
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    ssize_t done = -1;
    if (file && is_full(file)) {
        errno = ENOSPC;
    } else {
        if (file) {
            struct stat st;
            off_t from = seeks ? at : lseek(fd, 0, SEEK_CUR);
            if (fstat(fd, &st) == 0 && st.st_size < from) soil(file, st.st_size, from);
            soil(file, from, from + (off_t)count);
        }
        done = seeks ? real_pwrite(fd, bytes, count, at) : real_write(fd, bytes, count);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) { return written(fd, bytes, count, at, 1); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return written(fd, bytes, count, at, 1); }

ssize_t write(int fd, const void *bytes, size_t count) {
    /* Whoever writes before we were begun has no file of ours. */
    if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
    return data ? written(fd, bytes, count, 0, 0) : real_write(fd, bytes, count);
}

int ftruncate64(int fd, off_t length) {
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    struct stat st;
    if (file && fstat(fd, &st) == 0) soil(file, length < st.st_size ? length : st.st_size, length > st.st_size ? length : st.st_size);
    int done = real_ftruncate(fd, length);
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* Puts what is dirty of a file on the disk, or only forgets that it is dirty. */
static void clean(struct file *file, int fd, int keep) {
    struct stat st;
    char page[PAGE], link[64];
    /* Opened once more, as it may be open for writing only. */
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int source = open(link, O_RDONLY);
    if (source < 0 || fstat(source, &st) != 0) give_up(file->name);
    for (long i = 0; i < PAGES; i++) {
        if (i % 8 == 0 && !file->dirty[i / 8]) {
            i += 7;
            continue;
        }
        if (!(file->dirty[i / 8] & 1 << i % 8)) continue;
        ssize_t length = keep ? pread(source, page, PAGE, (off_t)i * PAGE) : 0;
        if (length < 0 || real_pwrite(file->disk, page, (size_t)length, (off_t)i * PAGE) != length) give_up(file->name);
        file->dirty[i / 8] &= ~(1 << i % 8);
    }
    if (keep && real_ftruncate(file->disk, st.st_size) != 0) give_up(file->name);
    close(source);
}

/* Puts the names of the folder on the disk, each with its inode. */
static void keep_names(void) {
    char path[PATH_MAX], partial[PATH_MAX];
    on_disk(path, "names");
    on_disk(partial, "names.partial");
    DIR *folder = opendir(data);
    FILE *names = fopen(partial, "w");
    if (!folder || !names) give_up(partial);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_type == DT_REG) fprintf(names, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    closedir(folder);
    if (fclose(names) != 0 || real_rename(partial, path) != 0) give_up(path);
}

static int is_folder(int fd) {
    struct stat st, ours;
    return data && fstat(fd, &st) == 0 && stat(data, &ours) == 0 && st.st_ino == ours.st_ino && st.st_dev == ours.st_dev;
}

int fsync(int fd) {
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    int folder = is_folder(fd), done = 0;
    if (file || folder) {
        long fail = number("CANDOUR_SHIM_FAIL");
        syncs++;
        if (syncs == number("CANDOUR_SHIM_CUT")) raise(SIGKILL);
        int fails = fail && (syncs == fail || (syncs > fail && getenv("CANDOUR_SHIM_BROKEN")));
        if (file) clean(file, fd, !fails);
        if (folder && !fails) keep_names();
        if (fails) {
            char path[PATH_MAX];
            on_disk(path, "failed");
            close(open(path, O_WRONLY | O_CREAT, 0600));
            errno = EIO;
            done = -1;
        }
    } else {
        done = real_fsync(fd);
    }
    pthread_mutex_unlock(&lock);
    return done;
}
int fdatasync(int fd) { return fsync(fd); }

/* Keeps an inode that is about to lose its name. */
static void keep_inode(const char *path) {
    struct stat st;
    char kept[PATH_MAX], name[NAME_MAX];
    if (!data || strncmp(path, data, strlen(data)) != 0 || path[strlen(data)] != '/') return;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) return;
    snprintf(name, sizeof name, "kept-%lu", (unsigned long)st.st_ino);
    on_disk(kept, name);
    if (link(path, kept) != 0 && errno != EEXIST) give_up(kept);
}

int unlink(const char *path) {
    keep_inode(path);
    return real_unlink(path);
}

int rename(const char *from, const char *to) {
    keep_inode(to);
    return real_rename(from, to);
}
