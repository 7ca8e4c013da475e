// SPDX-License-Identifier: Apache-2.0
// Callgate's shared memory for programs in C: rings of messages and latest-value boards. One file, nothing to link (C11
// with GNU atomics; Linux). Everything here returns 0 or more for success and a negative errno for failure, except where
// it says otherwise. A handle is for one thread at a time.
//
//   struct cg_ring r;                                          // a consumer
//   int error = cg_ring_open(&r, "/dev/shm/samples", CG_CONSUMER);
//   if (error) { fprintf(stderr, "%s: %s\n", path, cg_error(error)); exit(1); }
//   for (;;) if (!cg_ring_poll(&r, on_message, state, 64)) cg_ring_await(&r, 1000);
//
//   void *at = cg_ring_claim(&r, 7, sizeof(double));           // a producer; NULL: no room now
//   if (at) { memcpy(at, &value, sizeof value); cg_ring_commit(&r); }
//
// A ring is a header page, then the unmodified region of an Agrona OneToOneRingBuffer or ManyToOneRingBuffer (messages,
// then a trailer of 768 bytes), then, as the last word of the last page, a mark. All numbers are in native byte order.
//
//   header page                       | slot of a producer, 32 of them from 2048 on, 64 bytes each
//      0 u64 fingerprint              |    0 u64 identity: start time in ticks since boot << 22 | pid; 0: free
//      8 u32 version, 1               |    8 u64 position of the claim, written before the tail is moved
//     12 u32 kind: 1 one-to-one,      |   16 u64 extent: bit 63 tail was moved, 62 open, 31..61 padding up to the
//        2 many-to-one, 3 board       |      end of the messages, 0..30 length of the record, with its header
//     16 u64 length of the header     | record, aligned to 8
//     24 u64 capacity                 |    0 i32 length with this header; negative while it is claimed
//     32 u64 length of the file       |    4 i32 type, from 1 on; -1: padding
//    128 u64 identity of the consumer | trailer: tail at 128, copy of the head at 256, head at 384
//    136 u64 zeroing up to            | board: 128 u64 identity of the writer, 256 u64 number of the newest value,
//    256 u32 futex: 1 while the       |    then 4 buffers, value number N in buffer N % 4: u64 sequence (odd while it
//        consumer sleeps              |    is written), u64 number, i64 ns since 1970, u32 length, bytes from 64 on
//
// Whoever may be killed at any time leaves the ring in order: an open claim of a dead producer becomes padding as soon
// as the consumer comes by; a stopped one is waited for. If somebody truncates the file a C program gets SIGBUS.
#ifndef CALLGATE_SHM_H
#define CALLGATE_SHM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CG_FINGERPRINT 0x434753484d454d31ull
#define CG_END_MARK 0x434753484d454e44ull

enum { CG_ONE_TO_ONE = 1, CG_MANY_TO_ONE = 2, CG_BOARD = 3 };
enum { CG_CONSUMER = 1, CG_PRODUCER = 2 };
enum {
    CG_PAGE = 4096, CG_VERSION = 1, CG_SLOTS = 32, CG_SLOTS_AT = 2048, CG_SLOT_BYTES = 64, CG_TRAILER = 768,
    CG_CONSUMER_AT = 128, CG_ZEROING_AT = 136, CG_SLEEPING_AT = 256, CG_WRITER_AT = 128, CG_NEWEST_AT = 256,
    CG_BUFFERS = 4, CG_BUFFER_HEADER = 64, CG_SETTLED = 1
};

// Beyond errno.
enum { CG_NO_LAYOUT = 2000, CG_OTHER_VERSION, CG_OTHER_KIND, CG_DAMAGED, CG_TAKEN, CG_NO_SLOT };

static inline const char *cg_error(int error) {
    switch (error < 0 ? -error : error) {
        case CG_NO_LAYOUT: return "no ring or board of this layout";
        case CG_OTHER_VERSION: return "another version of the layout";
        case CG_OTHER_KIND: return "a ring where a board was meant, or a board where a ring was";
        case CG_DAMAGED: return "its header does not fit its size";
        case CG_TAKEN: return "another process has this end";
        case CG_NO_SLOT: return "it has 32 producers already";
        default: return strerror(error < 0 ? -error : error);
    }
}

// ---- What rings and boards have in common --------------------------------------------------------------------------

struct cg_file {
    char *memory;
    size_t length;
    uint32_t kind, header;
    uint64_t capacity;
    uint64_t self;
};

#define CG_U64(p) ((uint64_t *)(p))
#define CG_I64(p) ((int64_t *)(p))
#define CG_I32(p) ((int32_t *)(p))

static inline uint64_t cg_load(const void *at) { return __atomic_load_n((const uint64_t *)at, __ATOMIC_SEQ_CST); }
static inline void cg_store(void *at, uint64_t value) { __atomic_store_n(CG_U64(at), value, __ATOMIC_RELEASE); }
static inline int cg_swap(void *at, uint64_t from, uint64_t to) {
    return __atomic_compare_exchange_n(CG_U64(at), &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline uint64_t cg_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
}

// Who a process is; 0 if it is no more. A zombie is no more.
static inline uint64_t cg_identity(uint64_t pid) {
    char path[32], text[1024];
    snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return 0;
    text[length] = 0;
    char *at = strrchr(text, ')');
    if (!at || at[2] == 'Z' || at[2] == 'X') return 0;
    at += 2;
    for (int field = 0; field < 19 && at; field++) if ((at = strchr(at, ' '))) at++;
    return at ? strtoull(at, NULL, 10) << 22 | pid : 0;
}

static inline int cg_alive(const struct cg_file *f, uint64_t identity) {
    uint64_t pid = identity & 0x3fffff;
    return identity == f->self || (pid && identity == cg_identity(pid));
}

static inline uint64_t cg_pages(uint64_t bytes, uint64_t page) { return (bytes + page - 1) / page * page; }
static inline uint64_t cg_buffer_bytes(uint64_t most) { return CG_BUFFER_HEADER + ((most + 63) & ~63ull); }
static inline uint64_t cg_file_bytes(uint32_t kind, uint64_t header, uint64_t capacity) {
    return cg_pages(header + (kind == CG_BOARD ? CG_BUFFERS * cg_buffer_bytes(capacity) : capacity + CG_TRAILER) + 8, header);
}

// Makes a file, whole before it has its name. -EEXIST if there is one.
static inline int cg_create(const char *path, uint32_t kind, uint64_t capacity, mode_t mode) {
    long page = sysconf(_SC_PAGESIZE);
    uint64_t header = page > CG_PAGE ? page : CG_PAGE;
    if (kind == CG_BOARD ? !capacity : capacity < 4096 || capacity > 1 << 30 || (capacity & (capacity - 1))) return -EINVAL;
    uint64_t length = cg_file_bytes(kind, header, capacity);
    char folder[4096], self[64];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash) return -EINVAL;
    slash[slash == folder] = 0;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    if (fd < 0) return -errno;
    int error = posix_fallocate(fd, 0, length);
    char *memory = MAP_FAILED;
    if (!error && (memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED) error = errno;
    if (!error) {
        ((uint32_t *)memory)[2] = CG_VERSION;
        ((uint32_t *)memory)[3] = kind;
        CG_U64(memory)[2] = header;
        CG_U64(memory)[3] = capacity;
        CG_U64(memory)[4] = length;
        CG_U64(memory + length)[-1] = CG_END_MARK;
        cg_store(memory, CG_FINGERPRINT);
        munmap(memory, length);
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        if (fchmod(fd, mode) || linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW)) error = errno;
    }
    close(fd);
    return -error;
}

static inline void cg_unmap(struct cg_file *f) {
    if (f->memory) munmap(f->memory, f->length);
    f->memory = NULL;
}

static inline int cg_map(struct cg_file *f, const char *path) {
    struct stat stat;
    memset(f, 0, sizeof *f);
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return -errno;
    int error = fstat(fd, &stat) ? errno : stat.st_size < CG_PAGE ? CG_NO_LAYOUT : posix_fallocate(fd, 0, stat.st_size);
    if (!error) {
        f->length = stat.st_size;
        f->memory = mmap(NULL, f->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (f->memory == MAP_FAILED) { error = errno; f->memory = NULL; }
    }
    close(fd);
    if (error) return -error;
    f->kind = ((uint32_t *)f->memory)[3];
    f->header = CG_U64(f->memory)[2];
    f->capacity = CG_U64(f->memory)[3];
    f->self = cg_identity(getpid());
    if (cg_load(f->memory) != CG_FINGERPRINT) error = CG_NO_LAYOUT;
    else if (((uint32_t *)f->memory)[2] != CG_VERSION) error = CG_OTHER_VERSION;
    else if (f->kind < 1 || f->kind > CG_BOARD || f->header < CG_PAGE || f->capacity > 1 << 30 ||
             (f->kind != CG_BOARD && (f->capacity < 4096 || (f->capacity & (f->capacity - 1)))) ||
             CG_U64(f->memory)[4] != f->length || cg_file_bytes(f->kind, f->header, f->capacity) != f->length)
        error = CG_DAMAGED;
    if (error) cg_unmap(f);
    return -error;
}

// ---- Rings -----------------------------------------------------------------------------------------------------------

struct cg_ring {
    struct cg_file file;
    char *data, *tail, *head_cache, *head, *slot;
    uint64_t capacity;
    int roles, barrier;
    int32_t *record;        // of the open claim
    int32_t record_bytes;
    uint64_t looked;        // when the consumer looked for claims of the dead
    uint64_t released;      // how many it has released
};

typedef void (*cg_handler)(void *state, int32_t type, const void *message, uint32_t length);

static inline char *cg_at(struct cg_ring *r, uint64_t position) { return r->data + (position & (r->capacity - 1)); }
static inline int32_t cg_length(struct cg_ring *r, uint64_t position) {
    return __atomic_load_n(CG_I32(cg_at(r, position)), __ATOMIC_ACQUIRE);
}
static inline void cg_set_length(void *at, int32_t length) { __atomic_store_n(CG_I32(at), length, __ATOMIC_RELEASE); }
static inline void cg_pad(struct cg_ring *r, uint64_t position, uint32_t length) {
    CG_I32(cg_at(r, position))[1] = -1;
    cg_set_length(cg_at(r, position), length);
}

static inline char *cg_slot(struct cg_ring *r, int slot) {
    return r->file.memory + CG_SLOTS_AT + slot * CG_SLOT_BYTES;
}
static inline int cg_is_open(uint64_t extent) { return extent >> 62 & 1; }
static inline uint64_t cg_padding(uint64_t extent) { return extent >> 31 & 0x7fffffff; }
static inline uint64_t cg_record(uint64_t extent) { return extent & 0x7fffffff; }
static inline uint64_t cg_end(char *slot) {
    uint64_t extent = cg_load(slot + 16);
    return cg_load(slot + 8) + cg_padding(extent) + cg_record(extent);
}

// Whether a slot's claim has a record that begins there.
static inline int cg_begins(char *slot, uint64_t position) {
    uint64_t at = cg_load(slot + 8), extent = cg_load(slot + 16);
    return cg_is_open(extent) && (position == at || (position == at + cg_padding(extent) && cg_record(extent)));
}

static inline int cg_take_slot(struct cg_ring *r) {
    for (int i = 0; i < CG_SLOTS; i++) {
        char *slot = cg_slot(r, i);
        uint64_t owner = cg_load(slot);
        if (owner && (cg_is_open(cg_load(slot + 16)) || cg_alive(&r->file, owner))) continue;
        if (!cg_swap(slot, owner, r->file.self)) continue;
        r->slot = slot;
        for (int j = 0; r->file.kind == CG_ONE_TO_ONE && j < CG_SLOTS; j++) {
            uint64_t other = cg_load(cg_slot(r, j));
            if (j != i && other && cg_alive(&r->file, other)) {
                cg_store(slot, 0);
                return -CG_TAKEN;
            }
        }
        return 0;
    }
    return -CG_NO_SLOT;
}

static inline void cg_ring_close(struct cg_ring *r);

// Opens a ring that is there, for one end or both.
static inline int cg_ring_open(struct cg_ring *r, const char *path, int roles) {
    memset(r, 0, sizeof *r);
    int error = cg_map(&r->file, path);
    if (error) return error;
    char *memory = r->file.memory;
    if (r->file.kind == CG_BOARD) {
        cg_unmap(&r->file);
        return -CG_OTHER_KIND;
    }
    r->capacity = r->file.capacity;
    r->data = memory + r->file.header;
    r->tail = r->data + r->capacity + 128;
    r->head_cache = r->data + r->capacity + 256;
    r->head = r->data + r->capacity + 384;
    r->barrier = !syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0);
    if (roles & CG_CONSUMER) {
        uint64_t other = cg_load(memory + CG_CONSUMER_AT);
        if ((other && cg_alive(&r->file, other)) || !cg_swap(memory + CG_CONSUMER_AT, other, r->file.self)) error = -CG_TAKEN;
        else r->roles |= CG_CONSUMER;
        uint64_t to = cg_load(memory + CG_ZEROING_AT), head = cg_load(r->head);
        if (!error && r->file.kind == CG_MANY_TO_ONE && to > head && to - head <= r->capacity - (head & (r->capacity - 1))) {
            memset(cg_at(r, head), 0, to - head);
            cg_store(r->head, to);
        }
    }
    if (!error && roles & CG_PRODUCER) {
        error = cg_take_slot(r);
        if (!error) r->roles |= CG_PRODUCER;
    }
    if (error) cg_ring_close(r);
    return error;
}

static inline uint32_t cg_ring_longest(const struct cg_ring *r) { return r->capacity >> 3; }

static inline void cg_intend(struct cg_ring *r, uint64_t position, uint64_t padding, uint64_t record) {
    cg_store(r->slot + 16, 0);
    cg_store(r->slot + 8, position);
    cg_store(r->slot + 16, 1ull << 62 | padding << 31 | record);
}

static inline void *cg_placed(struct cg_ring *r, uint64_t tail, uint64_t padding, uint64_t record) {
    cg_store(r->slot + 16, 3ull << 62 | padding << 31 | record);
    if (padding) {
        cg_set_length(cg_at(r, tail), -(int32_t)padding);
        __atomic_thread_fence(__ATOMIC_RELEASE);
        cg_pad(r, tail, padding);
    }
    if (record) return cg_at(r, tail + padding);
    cg_store(r->slot + 16, CG_SETTLED);
    return NULL;
}

static inline void *cg_among_many(struct cg_ring *r, uint64_t required) {
    uint64_t head = cg_load(r->head_cache), tail, padding, record;
    do {
        tail = cg_load(r->tail);
        if (tail - head + required > r->capacity) {
            head = cg_load(r->head);
            if (tail - head + required > r->capacity) {
                cg_store(r->slot + 16, CG_SETTLED); // somebody was faster, and then there was no room
                return NULL;
            }
            cg_store(r->head_cache, head);
        }
        uint64_t to_end = r->capacity - (tail & (r->capacity - 1));
        padding = 0;
        record = required;
        if (required > to_end) {
            padding = to_end;
            if (required > (head & (r->capacity - 1))) {
                cg_store(r->head_cache, head = cg_load(r->head));
                if (required > (head & (r->capacity - 1))) record = 0;
            }
        }
        cg_intend(r, tail, padding, record);
    } while (!cg_swap(r->tail, tail, tail + padding + record));
    return cg_placed(r, tail, padding, record);
}

// As Agrona's consumer looks at lengths alone, the header behind the claim is zeroed, here before the tail is moved.
static inline void *cg_alone(struct cg_ring *r, uint64_t required) {
    uint64_t room = required + 8, tail = cg_load(r->tail), head = cg_load(r->head_cache), padding = 0, record = required;
    if (tail - head + room > r->capacity) {
        head = cg_load(r->head);
        if (tail - head + room > r->capacity) return NULL;
        cg_store(r->head_cache, head);
    }
    uint64_t to_end = r->capacity - (tail & (r->capacity - 1));
    if (room > to_end && required != to_end) {
        padding = to_end;
        if (room > (head & (r->capacity - 1))) {
            cg_store(r->head_cache, head = cg_load(r->head));
            if (room > (head & (r->capacity - 1))) record = 0;
        }
        *CG_U64(r->data) = 0;
    }
    *CG_U64(cg_at(r, tail + padding + record)) = 0;
    cg_intend(r, tail, padding, record);
    cg_store(r->tail, tail + padding + record);
    return cg_placed(r, tail, padding, record);
}

// Room for a message, to be filled and committed or aborted; NULL if there is none now, or the message is too long.
static inline void *cg_ring_claim(struct cg_ring *r, int32_t type, uint32_t length) {
    if (r->record || type < 1 || length > cg_ring_longest(r)) return NULL;
    uint64_t required = (length + 8 + 7) & ~7ull;
    int32_t *record = r->file.kind == CG_MANY_TO_ONE ? cg_among_many(r, required) : cg_alone(r, required);
    if (!record) return NULL;
    r->record_bytes = length + 8;
    cg_set_length(record, -r->record_bytes);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    record[1] = type;
    r->record = record;
    return record + 2;
}

static inline void cg_settle(struct cg_ring *r) {
    cg_set_length(r->record, r->record_bytes);
    r->record = NULL;
    cg_store(r->slot + 16, CG_SETTLED);
    if (!r->barrier) __atomic_thread_fence(__ATOMIC_SEQ_CST);
    else __atomic_signal_fence(__ATOMIC_SEQ_CST); // the consumer makes the barrier, before it sleeps
    int32_t *sleeping = CG_I32(r->file.memory + CG_SLEEPING_AT);
    if (__atomic_load_n(sleeping, __ATOMIC_RELAXED)) {
        __atomic_store_n(sleeping, 0, __ATOMIC_SEQ_CST);
        syscall(SYS_futex, sleeping, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

static inline void cg_ring_commit(struct cg_ring *r) { if (r->record) cg_settle(r); }

static inline void cg_ring_abort(struct cg_ring *r) {
    if (r->record) {
        r->record[1] = -1;
        cg_settle(r);
    }
}

// 1, or 0 if there is no room now.
static inline int cg_ring_offer(struct cg_ring *r, int32_t type, const void *message, uint32_t length) {
    void *at = cg_ring_claim(r, type, length);
    if (!at) return 0;
    memcpy(at, message, length);
    cg_ring_commit(r);
    return 1;
}

// Releases claims of the dead. A slot that a living process has at the head is believed, whatever that process does.
static inline void cg_look(struct cg_ring *r) {
    uint64_t head = cg_load(r->head), tail = cg_load(r->tail);
    char *dead[CG_SLOTS], *chosen = NULL;
    int count = 0;
    if (tail > head && cg_length(r, head) <= 0) {
        for (int i = 0; i < CG_SLOTS; i++) {
            char *slot = cg_slot(r, i);
            uint64_t owner = cg_load(slot);
            if (!owner || !cg_begins(slot, head)) continue;
            if (cg_alive(&r->file, owner)) return;
            dead[count++] = slot;
            if (cg_load(slot + 16) >> 63) chosen = slot;
        }
        if (cg_length(r, head) > 0) return;
        if (!chosen && count == 1) chosen = dead[0];
        // Several have died in the same few instructions: the claim of one ends where another's begins, or at the tail.
        for (int i = 0, claimed = chosen != NULL; !claimed && i < count; i++) {
            uint64_t end = cg_end(dead[i]);
            int begins = end == tail || cg_length(r, end);
            for (int j = 0; j < CG_SLOTS && !begins; j++)
                begins = cg_load(cg_slot(r, j)) && cg_is_open(cg_load(cg_slot(r, j) + 16)) && cg_load(cg_slot(r, j) + 8) == end;
            if (begins && (!chosen || end < cg_end(chosen))) chosen = dead[i];
        }
        if (chosen) {
            uint64_t position = cg_load(chosen + 8), extent = cg_load(chosen + 16);
            if (cg_record(extent)) cg_pad(r, position + cg_padding(extent), cg_record(extent));
            if (cg_padding(extent) && head < position + cg_padding(extent)) cg_pad(r, position, cg_padding(extent));
            r->released++;
        }
    }
    for (int i = 0; i < CG_SLOTS; i++) {
        char *slot = cg_slot(r, i);
        uint64_t owner = cg_load(slot);
        if (!owner || cg_alive(&r->file, owner)) continue;
        uint64_t extent = cg_load(slot + 16), begin = cg_load(slot + 8) + (cg_record(extent) ? cg_padding(extent) : 0);
        if (cg_is_open(extent) && tail > cg_load(slot + 8) && cg_load(r->head) <= begin) continue;
        cg_store(slot + 16, CG_SETTLED);
        cg_swap(slot, owner, 0);
    }
}

// Gives at most so many messages to the handler, in place; how many there were, -CG_DAMAGED for what is no ring any more.
static inline int cg_ring_poll(struct cg_ring *r, cg_handler handler, void *state, int limit) {
    int count = 0;
    uint64_t from, to;
    do {
        from = to = cg_load(r->head);
        uint64_t end = r->capacity - (from & (r->capacity - 1));
        int32_t length;
        while (count < limit && to - from < end && (length = cg_length(r, to)) > 0) {
            uint64_t aligned = ((uint64_t)length + 7) & ~7ull;
            if (length < 8 || aligned > end - (to - from)) return -CG_DAMAGED;
            int32_t *record = CG_I32(cg_at(r, to));
            to += aligned;
            if (record[1] == -1) continue;
            count++;
            handler(state, record[1], record + 2, length - 8);
        }
        if (to > from) {
            if (r->file.kind == CG_MANY_TO_ONE) {
                cg_store(r->file.memory + CG_ZEROING_AT, to);
                memset(cg_at(r, from), 0, to - from);
            }
            cg_store(r->head, to);
        }
    } while (!count && to > from);
    if (!count) {
        uint64_t now = cg_clock(CLOCK_MONOTONIC);
        if (now - r->looked > 250000000) {
            r->looked = now;
            cg_look(r);
        }
    }
    return count;
}

static inline int cg_has_more(struct cg_ring *r) { return cg_length(r, cg_load(r->head)) > 0; }

// Waits for a message: 20 us awake, then asleep. 1, or 0 if there was none in time.
static inline int cg_ring_await(struct cg_ring *r, uint32_t milliseconds) {
    int32_t *sleeping = CG_I32(r->file.memory + CG_SLEEPING_AT);
    uint64_t begin = cg_clock(CLOCK_MONOTONIC), now = begin;
    do {
        if (cg_has_more(r)) return 1;
        now = cg_clock(CLOCK_MONOTONIC);
    } while (now - begin < 20000);
    while (now - begin < milliseconds * 1000000ull) {
        struct timespec slice = {.tv_nsec = r->barrier ? 50000000 : 1000000};
        uint64_t left = milliseconds * 1000000ull - (now - begin);
        int stuck = cg_load(r->tail) > cg_load(r->head); // something is claimed: its producer may die any time
        if (stuck && slice.tv_nsec > 10000000) slice.tv_nsec = 10000000;
        if (left < (uint64_t)slice.tv_nsec) slice.tv_nsec = left;
        if (stuck || now - r->looked > 250000000) {
            r->looked = now;
            cg_look(r);
        }
        __atomic_store_n(sleeping, 1, __ATOMIC_SEQ_CST);
        if (r->barrier) syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
        if (!cg_has_more(r)) syscall(SYS_futex, sleeping, FUTEX_WAIT, 1, &slice, NULL, 0);
        __atomic_store_n(sleeping, 0, __ATOMIC_SEQ_CST);
        if (cg_has_more(r)) return 1;
        now = cg_clock(CLOCK_MONOTONIC);
    }
    return 0;
}

static inline void cg_ring_close(struct cg_ring *r) {
    if (r->roles & CG_PRODUCER) {
        cg_ring_abort(r);
        cg_store(r->slot, 0);
    }
    if (r->roles & CG_CONSUMER) cg_swap(r->file.memory + CG_CONSUMER_AT, r->file.self, 0);
    cg_unmap(&r->file);
}

// ---- Boards ----------------------------------------------------------------------------------------------------------

struct cg_board {
    struct cg_file file;
    int writes;
};

// Opens a board that is there; one process writes it.
static inline int cg_board_open(struct cg_board *b, const char *path, int writes) {
    memset(b, 0, sizeof *b);
    int error = cg_map(&b->file, path);
    if (!error && b->file.kind != CG_BOARD) error = -CG_OTHER_KIND;
    if (!error && writes) {
        uint64_t other = cg_load(b->file.memory + CG_WRITER_AT);
        if ((other && cg_alive(&b->file, other)) || !cg_swap(b->file.memory + CG_WRITER_AT, other, b->file.self)) error = -CG_TAKEN;
        else b->writes = 1;
    }
    if (error) cg_unmap(&b->file);
    return error;
}

static inline char *cg_buffer(struct cg_board *b, uint64_t number) {
    return b->file.memory + b->file.header + number % CG_BUFFERS * cg_buffer_bytes(b->file.capacity);
}

// Writes the next value; its number.
static inline int64_t cg_board_write(struct cg_board *b, const void *value, uint32_t length) {
    if (!b->writes || length > b->file.capacity) return -EINVAL;
    uint64_t number = cg_load(b->file.memory + CG_NEWEST_AT) + 1;
    char *buffer = cg_buffer(b, number);
    uint64_t sequence = cg_load(buffer) | 1; // odd already if the last writer was killed here
    cg_store(buffer, sequence);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    CG_U64(buffer)[1] = number;
    CG_U64(buffer)[2] = cg_clock(CLOCK_REALTIME);
    CG_I32(buffer)[6] = length;
    memcpy(buffer + CG_BUFFER_HEADER, value, length);
    cg_store(buffer, sequence + 1);
    cg_store(b->file.memory + CG_NEWEST_AT, number);
    return number;
}

// Copies the newest value, of which the length is told; its number, 0 if there is none, -EMSGSIZE if it is longer.
static inline int64_t cg_board_read(struct cg_board *b, void *into, uint32_t room, uint32_t *length) {
    for (;;) {
        uint64_t number = cg_load(b->file.memory + CG_NEWEST_AT);
        if (!number) return 0;
        char *buffer = cg_buffer(b, number);
        uint64_t sequence = cg_load(buffer);
        uint32_t bytes = CG_I32(buffer)[6];
        int whole = !(sequence & 1) && CG_U64(buffer)[1] == number;
        if (whole && bytes <= room) memcpy(into, buffer + CG_BUFFER_HEADER, bytes);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (whole && __atomic_load_n(CG_U64(buffer), __ATOMIC_RELAXED) == sequence) {
            *length = bytes;
            return bytes <= room ? (int64_t)number : -EMSGSIZE;
        }
    }
}

static inline void cg_board_close(struct cg_board *b) {
    if (b->writes) cg_swap(b->file.memory + CG_WRITER_AT, b->file.self, 0);
    cg_unmap(&b->file);
}

#endif
