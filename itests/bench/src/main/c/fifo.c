// SPDX-License-Identifier: Apache-2.0
// A FIFO, records of 64 bytes: fifo WORK PATH COUNT. send writes COUNT records and one more; drain reads them and prints ns per
// record from the first to the last.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LENGTH = 64 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

// A process with one thread skips the count on its files; a JVM never is one, so that this must not be one either.
static void *idle(void *unused) {
    pause();
    return unused;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    int sends = !strcmp(argv[1], "send");
    long count = atol(argv[3]);
    char record[LENGTH] = "record";
    pthread_t second;
    if (pthread_create(&second, NULL, idle, NULL)) return 1;
    int fd = open(argv[2], sends ? O_WRONLY : O_RDONLY);
    if (fd < 0) {
        perror(argv[2]);
        return 1;
    }
    double begin = 0;
    for (long i = 0; i <= count; i++) {
        ssize_t n = sends ? write(fd, record, LENGTH) : read(fd, record, LENGTH);
        if (n != LENGTH) {
            fprintf(stderr, "%zd bytes after %ld records\n", n, i);
            return 1;
        }
        if (i == 0) begin = now();
    }
    if (!sends) printf("%.1f\n", (now() - begin) / count);
    return 0;
}
