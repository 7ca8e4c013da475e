// SPDX-License-Identifier: Apache-2.0
// Two rings, A and B, messages of 64 bytes: shm WORK A B COUNT
// ping writes to A, reads from B and prints ns per round trip; echo is the other end of it. send fills A; drain empties A
// and prints ns per message from the first to the last. make makes both, one-to-one. Nobody sleeps.
#include "callgate_shm.h"

enum { LENGTH = 64, CAPACITY = 1 << 20, BATCH = 64 };

static char message[LENGTH];
static long seen;

static double now(void) { return cg_clock(CLOCK_MONOTONIC); }

static void check(int result, const char *what) {
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, cg_error(result));
        exit(1);
    }
}

static void on_message(void *state, int32_t type, const void *bytes, uint32_t length) {
    (void)state, (void)type;
    memcpy(message, bytes, length);
    seen++;
}

static void put(struct cg_ring *ring) {
    void *at;
    while (!(at = cg_ring_claim(ring, 1, LENGTH))) __atomic_signal_fence(__ATOMIC_SEQ_CST);
    memcpy(at, message, LENGTH);
    cg_ring_commit(ring);
}

static void take(struct cg_ring *ring, int batch) {
    while (!cg_ring_poll(ring, on_message, NULL, batch)) __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    const char *work = argv[1];
    long count = atol(argv[4]);
    struct cg_ring a, b;
    if (!strcmp(work, "make")) {
        check(cg_create(argv[2], CG_ONE_TO_ONE, CAPACITY, 0600), argv[2]);
        check(cg_create(argv[3], CG_ONE_TO_ONE, CAPACITY, 0600), argv[3]);
        return 0;
    }
    if (!strcmp(work, "ping")) {
        check(cg_ring_open(&a, argv[2], CG_PRODUCER), argv[2]);
        check(cg_ring_open(&b, argv[3], CG_CONSUMER), argv[3]);
        put(&a), take(&b, 1);
        double begin = now();
        for (long i = 0; i < count; i++) put(&a), take(&b, 1);
        printf("%.1f\n", (now() - begin) / count);
    } else if (!strcmp(work, "echo")) {
        check(cg_ring_open(&a, argv[2], CG_CONSUMER), argv[2]);
        check(cg_ring_open(&b, argv[3], CG_PRODUCER), argv[3]);
        for (long i = 0; i <= count; i++) take(&a, 1), put(&b);
    } else if (!strcmp(work, "send")) {
        check(cg_ring_open(&a, argv[2], CG_PRODUCER), argv[2]);
        for (long i = 0; i <= count; i++) put(&a);
        cg_ring_close(&a);
        return 0;
    } else if (!strcmp(work, "drain")) {
        check(cg_ring_open(&a, argv[2], CG_CONSUMER), argv[2]);
        take(&a, 1);
        double begin = now();
        while (seen <= count) take(&a, BATCH);
        printf("%.1f\n", (now() - begin) / count);
        cg_ring_close(&a);
        return 0;
    } else {
        return 2;
    }
    cg_ring_close(&a);
    cg_ring_close(&b);
    return 0;
}
