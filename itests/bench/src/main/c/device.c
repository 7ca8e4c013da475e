// SPDX-License-Identifier: Apache-2.0
// What C takes for the same work: device ioctl|read4k COUNT NODE prints nanoseconds per operation.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, STRIDE = 7919 };

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
    if (argc != 4) {
        fprintf(stderr, "usage: device ioctl|read4k COUNT NODE\n");
        return 2;
    }
    long count = atol(argv[2]);
    uint64_t size, sum = 0;
    void *buffer;
    pthread_t second;
    int fd = open(argv[3], O_RDONLY | O_CLOEXEC | O_DIRECT);
    if (fd < 0 || ioctl(fd, BLKGETSIZE64, &size) || posix_memalign(&buffer, BLOCK, BLOCK)) {
        perror(argv[3]);
        return 1;
    }
    if (pthread_create(&second, NULL, idle, NULL)) return 1;
    uint64_t blocks = size / BLOCK;
    double begin = now();
    if (!strcmp(argv[1], "ioctl")) {
        for (long i = 0; i < count; i++) {
            if (ioctl(fd, BLKGETSIZE64, &size)) return 1;
            sum += size;
        }
    } else if (!strcmp(argv[1], "read4k")) {
        for (long i = 0; i < count; i++) {
            if (pread(fd, buffer, BLOCK, (off_t)(i * STRIDE % blocks * BLOCK)) != BLOCK) return 1;
            sum += *(unsigned char *)buffer;
        }
    } else {
        return 2;
    }
    double end = now();
    printf("%.1f\n", (end - begin) / count);
    return sum == 42;
}
