// SPDX-License-Identifier: Apache-2.0
// The other end of a FIFO: peer WORK PATH COUNT [FORM]
// write: COUNT records (-1: for ever), each its number three times over, one write(2) each, as FORM: line (with a newline) or
// length (a native uint32_t before it). read: prints COUNT lines, or "end of file". hold-read, hold-write: opens, says so, waits.
// big: one record of COUNT bytes. check: as read, but verifies that numbers follow one another, prints the last one or what is wrong.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(long result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void write_all(int fd, long count, const char *form) {
    char record[128];
    int prefix = strcmp(form, "length") ? 0 : sizeof(uint32_t);
    for (long i = 0; count < 0 || i < count; i++) {
        int length = snprintf(record + prefix, sizeof record - prefix, "%019ld|%019ld|%019ld", i, i, i);
        if (prefix) memcpy(record, &(uint32_t){length}, prefix);
        else record[length++] = '\n';
        check(write(fd, record, prefix + length), "write");
    }
}

static void read_lines(FILE *in, long count) {
    char line[8192];
    for (long i = 0; i < count; i++) {
        if (!fgets(line, sizeof line, in)) {
            puts("end of file");
            return;
        }
        fputs(line, stdout);
        fflush(stdout);
    }
}

static void check_lines(FILE *in) {
    char line[256];
    long next = -1, a, b, c;
    while (fgets(line, sizeof line, in)) {
        if (!strcmp(line, "last\n")) {
            printf("%ld\n", next);
            return;
        }
        if (sscanf(line, "%ld|%ld|%ld\n", &a, &b, &c) != 3 || a != b || b != c) {
            printf("torn: %s", line);
            return;
        }
        if (next >= 0 && a != next) {
            printf("%ld after %ld\n", a, next - 1);
            return;
        }
        next = a + 1;
    }
    puts("end of file");
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    const char *work = argv[1];
    long count = atol(argv[3]);
    signal(SIGPIPE, SIG_IGN);
    int writes = !strcmp(work, "write") || !strcmp(work, "hold-write") || !strcmp(work, "big");
    int fd = open(argv[2], writes ? O_WRONLY : O_RDONLY);
    check(fd, argv[2]);
    if (!strcmp(work, "write")) {
        write_all(fd, count, argc > 4 ? argv[4] : "line");
    } else if (!strcmp(work, "big")) {
        char *record = malloc(count + 1);
        memset(record, 'x', count);
        record[count] = '\n';
        for (long done = 0; done <= count;) {
            long n = write(fd, record + done, count + 1 - done);
            check(n, "write");
            done += n;
        }
    } else if (!strcmp(work, "read")) {
        read_lines(fdopen(fd, "r"), count);
    } else if (!strcmp(work, "check")) {
        check_lines(fdopen(fd, "r"));
    } else {
        puts("open");
        fflush(stdout);
        pause();
    }
    return 0;
}
