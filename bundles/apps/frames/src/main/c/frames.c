// SPDX-License-Identifier: Apache-2.0
// Reads the frames that Callgate's application puts on a board, and looks whether each is whole: frames BOARD COUNT IMAGE
//   IMAGE synthetic: the pixel at (x, y) of frame S is x + y + S; bars: every line is as the first; any: nothing is known
//   gcc -I. -o frames frames.c      with callgate_shm.h, which the command shm:header prints
#include "callgate_shm.h"
#include <stddef.h>

struct frame {
    uint32_t sequence; // the source's; a gap is of frames that it lost
    char format[4];
    uint64_t nanos; // CLOCK_MONOTONIC
    uint32_t width, height, line_bytes, bytes;
    uint8_t image[16 << 20];
};

static struct frame frame;

static int torn(const char *image) {
    for (uint32_t i = 0; *image != 'a' && i < frame.bytes; i++) {
        uint32_t x = i % frame.line_bytes, y = i / frame.line_bytes;
        if (*image == 's' && frame.image[i] != (uint8_t)(x + y + frame.sequence)) return 1;
        if (*image == 'b' && frame.image[i] != frame.image[x]) return 1;
    }
    return 0;
}

int main(int argc, char **argv) {
    struct cg_board board;
    struct timespec pause = {.tv_nsec = 500000};
    uint64_t last = 0, nanos = 0, seen = 0, missed = 0, lost = 0;
    uint32_t length = 0, sequence = 0;
    if (argc != 4) return 2;
    int error = cg_board_open(&board, argv[1], 0);
    if (error) return printf("%s: %s\n", argv[1], cg_error(error)), 1;
    uint64_t count = strtoull(argv[2], NULL, 10);
    while (seen < count) {
        int64_t number = cg_board_read(&board, &frame, sizeof frame, &length);
        if (number < 0) return printf("%s: %s\n", argv[1], cg_error(number)), 1;
        if ((uint64_t)number == last) {
            nanosleep(&pause, NULL); // a board wakes nobody
            continue;
        }
        if (length != offsetof(struct frame, image) + frame.bytes) return printf("%u bytes\n", length), 3;
        if (torn(argv[3])) return printf("torn: frame %u\n", frame.sequence), 4;
        if (seen) { // between two values that we have seen there is a frame for each number, and those that were lost
            int64_t gap = (uint32_t)(frame.sequence - sequence) - (number - last);
            if (gap < 0 || frame.nanos <= nanos) return printf("frame %u after %u\n", frame.sequence, sequence), 5;
            missed += number - last - 1;
            lost += gap;
        }
        last = number;
        sequence = frame.sequence;
        nanos = frame.nanos;
        seen++;
    }
    printf("%.4s %ux%u seen %llu missed %llu lost %llu number %llu sequence %u\n", frame.format, frame.width, frame.height,
           (unsigned long long)seen, (unsigned long long)missed, (unsigned long long)lost, (unsigned long long)last, sequence);
    cg_board_close(&board);
    return 0;
}
