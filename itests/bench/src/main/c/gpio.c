// SPDX-License-Identifier: Apache-2.0
// What C takes for the same work: gpio get|set CHIP OFFSET COUNT prints nanoseconds per operation;
// gpio edges CHIP OFFSET COUNT PULL prints the median, the 99th percentile and the worst of the nanoseconds from the
// kernel's timestamp to an epoll loop's read, for edges that are made one after the other by the simulator's PULL file.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/gpio.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

// A process with one thread skips the count on its files; a JVM never is one, so that this must not be one either.
static void *idle(void *unused) {
    pause();
    return unused;
}

static int lines;
static long wanted, *latencies;
static sem_t delivered;

static void *loop(void *unused) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = lines};
    epoll_ctl(epoll, EPOLL_CTL_ADD, lines, &event);
    struct gpio_v2_line_event edges[16];
    for (long seen = 0; seen < wanted;) {
        if (epoll_wait(epoll, &event, 1, -1) < 1) continue;
        long count = read(lines, edges, sizeof edges) / (long)sizeof edges[0];
        long time = now();
        for (long i = 0; i < count && seen < wanted; i++) {
            latencies[seen++] = time - (long)edges[i].timestamp_ns;
            sem_post(&delivered);
        }
    }
    return unused;
}

static int ascending(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static int edges(const char *pull) {
    latencies = calloc(wanted, sizeof *latencies);
    sem_init(&delivered, 0, 0);
    pthread_t thread;
    if (pthread_create(&thread, NULL, loop, NULL)) return 1;
    int fd = open(pull, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(pull);
        return 1;
    }
    for (long i = 0; i < wanted; i++) {
        const char *to = i % 2 ? "pull-down" : "pull-up";
        if (pwrite(fd, to, strlen(to), 0) < 0) {
            perror(pull);
            return 1;
        }
        sem_wait(&delivered);
    }
    pthread_join(thread, NULL);
    qsort(latencies, wanted, sizeof *latencies, ascending);
    printf("%ld %ld %ld\n", latencies[wanted / 2], latencies[wanted * 99 / 100], latencies[wanted - 1]);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: gpio get|set|edges CHIP OFFSET COUNT [PULL]\n");
        return 2;
    }
    int chip = open(argv[2], O_RDWR | O_CLOEXEC), set = !strcmp(argv[1], "set"), wait = !strcmp(argv[1], "edges");
    struct gpio_v2_line_request request = {.num_lines = 1, .consumer = "twin"};
    request.offsets[0] = atoi(argv[3]);
    request.config.flags = set ? GPIO_V2_LINE_FLAG_OUTPUT : GPIO_V2_LINE_FLAG_INPUT;
    if (wait) request.config.flags |= GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
    if (chip < 0 || ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0) {
        perror(argv[2]);
        return 1;
    }
    lines = request.fd;
    wanted = atol(argv[4]);
    if (wait) return argc > 5 ? edges(argv[5]) : 2;
    pthread_t second;
    if (pthread_create(&second, NULL, idle, NULL)) return 1;
    struct gpio_v2_line_values values = {.mask = 1};
    long sum = 0, begin = now();
    if (set) {
        for (long i = 0; i < wanted; i++) {
            values.bits = i & 1;
            sum += ioctl(lines, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);
        }
    } else {
        for (long i = 0; i < wanted; i++) {
            sum += ioctl(lines, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) + (long)values.bits;
        }
    }
    printf("%.1f\n", (double)(now() - begin) / wanted);
    return sum < 0;
}
