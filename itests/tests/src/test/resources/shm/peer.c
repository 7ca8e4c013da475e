// SPDX-License-Identifier: Apache-2.0
// A program as a user of the gateway would have it, over the one header file: peer WORK PATH NUMBER NUMBER
//   create KIND CAPACITY     makes a ring (1, 2) or a board (3)
//   produce COUNT LENGTH     writes messages, -1: for ever, of up to that length
//   consume COUNT 0          reads messages, -1: for ever, and says so every 1000
//   claim LENGTH 0           claims, says so, and commits when it gets a line
//   write COUNT LENGTH       writes values to a board, 0: for ever
//   read COUNT 0             reads values until the number is that high
// A message or value is: number of its producer, its own number, and bytes that follow from both.
#include "callgate_shm.h"
#include <sched.h>

struct body {
    uint64_t producer, number;
    unsigned char bytes[1 << 20];
};

static struct body body;
static uint64_t *last, messages; // the last number of each producer, in a file PATH.seen, so that it outlives us

static int fail(const char *what, int error) {
    printf("%s: %s\n", what, cg_error(error));
    return 1;
}

static uint32_t fill(struct body *to, uint64_t producer, uint64_t number, uint32_t longest) {
    uint32_t length = 16 + (number * 7919) % (longest - 15);
    to->producer = producer;
    to->number = number;
    for (uint32_t i = 0; i + 16 < length; i++) to->bytes[i] = number * 31 + producer + i;
    return length;
}

static int torn(const struct body *b, uint32_t length) {
    if (length < 16) return 1;
    for (uint32_t i = 0; i + 16 < length; i++)
        if (b->bytes[i] != (unsigned char)(b->number * 31 + b->producer + i)) return 1;
    return 0;
}

static void remember(const char *path) {
    char seen[4096];
    snprintf(seen, sizeof seen, "%s.seen", path);
    int fd = open(seen, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *last << 16)) exit(fail(seen, errno));
    last = mmap(NULL, sizeof *last << 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (last == MAP_FAILED) exit(fail(seen, errno));
    close(fd);
}

static void on_message(void *state, int32_t type, const void *message, uint32_t length) {
    const struct body *b = message;
    (void)state;
    if (type != 1 || torn(b, length)) {
        printf("torn: message %llu of %llu, type %d, %u bytes\n", (unsigned long long)b->number,
               (unsigned long long)b->producer, type, length);
        exit(3);
    }
    uint64_t *before = &last[b->producer & 0xffff];
    if (*before && b->number > *before + 1) {
        printf("lost: message %llu of %llu follows %llu\n", (unsigned long long)b->number,
               (unsigned long long)b->producer, (unsigned long long)*before);
        exit(4);
    }
    if (b->number > *before) *before = b->number;
    if (++messages % 1000 == 0) {
        printf("%llu\n", (unsigned long long)messages);
        fflush(stdout);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    const char *work = argv[1], *path = argv[2];
    long a = atol(argv[3]), b = atol(argv[4]);
    struct cg_ring ring;
    struct cg_board board;
    int error;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!strcmp(work, "create")) return (error = cg_create(path, a, b, 0600)) ? fail(path, error) : 0;
    if (!strcmp(work, "produce")) {
        if ((error = cg_ring_open(&ring, path, CG_PRODUCER))) return fail(path, error);
        uint64_t self = getpid();
        printf("producing\n");
        for (long i = 1; a < 0 || i <= a; i++) {
            // In place: a kill may come between any two bytes.
            uint32_t length = 16 + ((uint64_t)i * 7919) % (b - 15);
            void *at;
            while (!(at = cg_ring_claim(&ring, 1, length))) sched_yield();
            fill(at, self, i, b);
            cg_ring_commit(&ring);
        }
        cg_ring_close(&ring);
    } else if (!strcmp(work, "consume")) {
        if ((error = cg_ring_open(&ring, path, CG_CONSUMER))) return fail(path, error);
        remember(path);
        printf("consuming\n");
        while (a < 0 || messages < (uint64_t)a) {
            int count = cg_ring_poll(&ring, on_message, NULL, 64);
            if (count < 0) return fail(path, count);
            if (!count) cg_ring_await(&ring, 1000);
        }
        printf("consumed %llu, released %llu\n", (unsigned long long)messages, (unsigned long long)ring.released);
        cg_ring_close(&ring);
    } else if (!strcmp(work, "claim")) {
        if ((error = cg_ring_open(&ring, path, CG_PRODUCER))) return fail(path, error);
        void *at = cg_ring_claim(&ring, 1, a);
        if (!at) return fail(path, ENOSPC);
        printf("claimed\n");
        if (getchar() == EOF) return 0;
        memset(at, 'c', a);
        cg_ring_commit(&ring);
        cg_ring_close(&ring);
        printf("committed\n");
    } else if (!strcmp(work, "write")) {
        if ((error = cg_board_open(&board, path, 1))) return fail(path, error);
        printf("writing\n");
        for (long i = 1; !a || i <= a; i++) {
            uint32_t length = fill(&body, 7, i, b);
            int64_t number = cg_board_write(&board, &body, length);
            if (number < 0) return fail(path, number);
            if (i % 1000 == 0) sched_yield();
        }
        cg_board_close(&board);
    } else if (!strcmp(work, "read")) {
        if ((error = cg_board_open(&board, path, 0))) return fail(path, error);
        uint64_t values = 0;
        for (int64_t number = 0; number < a;) {
            uint32_t length;
            int64_t now = cg_board_read(&board, &body, sizeof body, &length);
            if (now < 0) return fail(path, now);
            if (now && now != number) {
                if (torn(&body, length)) {
                    printf("torn: value %lld\n", (long long)now);
                    return 3;
                }
                values++;
            }
            number = now;
        }
        printf("read %llu values\n", (unsigned long long)values);
        cg_board_close(&board);
    } else {
        return 2;
    }
    return 0;
}
