// SPDX-License-Identifier: Apache-2.0
// What C takes for the same work: twin getppid|fcntl|pread|attribute COUNT [FILE] prints nanoseconds per operation.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

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
    if (argc < 3) {
        fprintf(stderr, "usage: twin getppid|fcntl|pread|attribute COUNT [FILE]\n");
        return 2;
    }
    long count = atol(argv[2]), sum = 0;
    char buffer[4096];
    int fd = argc > 3 ? open(argv[3], O_RDONLY | O_CLOEXEC) : -1;
    if (argc > 3 && fd < 0) {
        perror(argv[3]);
        return 1;
    }
    pthread_t second;
    if (pthread_create(&second, NULL, idle, NULL)) return 1;
    double begin = now();
    if (!strcmp(argv[1], "getppid")) {
        for (long i = 0; i < count; i++) sum += syscall(SYS_getppid);
    } else if (!strcmp(argv[1], "fcntl")) {
        for (long i = 0; i < count; i++) sum += fcntl(fd, F_GETFD, 0L);
    } else if (!strcmp(argv[1], "pread")) {
        for (long i = 0; i < count; i++) sum += pread(fd, buffer, 8, 0);
    } else if (!strcmp(argv[1], "attribute")) {
        for (long i = 0; i < count; i++) {
            long n = pread(fd, buffer, sizeof buffer - 1, 0);
            buffer[n] = 0;
            sum += strtol(buffer, NULL, 0);
        }
    } else {
        return 2;
    }
    double end = now();
    printf("%.1f\n", (end - begin) / count);
    return sum == -1;
}
