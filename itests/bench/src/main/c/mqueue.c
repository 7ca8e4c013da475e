// SPDX-License-Identifier: Apache-2.0
// Two queues, A and B, posix (names) or sysv (keys), messages of 64 bytes: mqueue KIND WORK A B COUNT
// ping sends to A, receives from B and prints ns per round trip; echo is the other end of it. send fills A; drain empties A
// and prints ns per message from the first to the last. make and remove do so with both.
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <time.h>
#include <unistd.h>

enum { LENGTH = 64 };

static int is_posix;
static struct { long type; char text[LENGTH]; } message = {.type = 1};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void check(long result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

// A process with one thread skips the count on its files; a JVM never is one, so that this must not be one either.
static void *idle(void *unused) {
    pause();
    return unused;
}

static int find(const char *name) {
    int queue = is_posix ? mq_open(name, O_RDWR) : msgget((key_t)strtol(name, NULL, 0), 0);
    check(queue, name);
    return queue;
}

static void make(const char *name) {
    struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = LENGTH};
    check(is_posix ? mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr)
                   : msgget((key_t)strtol(name, NULL, 0), IPC_CREAT | IPC_EXCL | 0600), name);
}

static void take_away(const char *name) {
    check(is_posix ? mq_unlink(name) : msgctl(find(name), IPC_RMID, NULL), name);
}

static inline void put(int queue) {
    check(is_posix ? mq_send(queue, message.text, LENGTH, 0) : msgsnd(queue, &message, LENGTH, 0), "send");
}

static inline void take(int queue) {
    check(is_posix ? mq_receive(queue, message.text, LENGTH, NULL) : msgrcv(queue, &message, LENGTH, 0, 0), "receive");
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    is_posix = !strcmp(argv[1], "posix");
    const char *work = argv[2];
    long count = atol(argv[5]);
    if (!strcmp(work, "make")) return make(argv[3]), make(argv[4]), 0;
    if (!strcmp(work, "remove")) return take_away(argv[3]), take_away(argv[4]), 0;
    int a = find(argv[3]), b = find(argv[4]);
    pthread_t second;
    if (pthread_create(&second, NULL, idle, NULL)) return 1;
    if (!strcmp(work, "ping")) {
        put(a);
        take(b);
        double begin = now();
        for (long i = 0; i < count; i++) put(a), take(b);
        printf("%.1f\n", (now() - begin) / count);
    } else if (!strcmp(work, "echo")) {
        for (long i = 0; i <= count; i++) take(a), put(b);
    } else if (!strcmp(work, "send")) {
        for (long i = 0; i <= count; i++) put(a);
    } else if (!strcmp(work, "drain")) {
        take(a);
        double begin = now();
        for (long i = 0; i < count; i++) take(a);
        printf("%.1f\n", (now() - begin) / count);
    } else {
        return 2;
    }
    return 0;
}
