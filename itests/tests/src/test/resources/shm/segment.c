// SPDX-License-Identifier: Apache-2.0
// A program that knows System V only: segment FILE BYTES
// Makes the segment that ftok(FILE, 'A') names, writes 42 into byte 100 and says the key; for each line that it gets it
// prints the last byte. The segment stays when it ends.
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    size_t bytes = strtoul(argv[2], 0, 0);
    key_t key = ftok(argv[1], 'A');
    int segment = shmget(key, bytes, IPC_CREAT | IPC_EXCL | 0600);
    volatile unsigned char *memory = shmat(segment, 0, 0);
    if (segment < 0 || memory == (void *) -1) {
        perror(argv[1]);
        return 1;
    }
    memory[100] = 42;
    printf("0x%x\n", (unsigned) key);
    fflush(stdout);
    while (getchar() == '\n') {
        printf("%d\n", memory[bytes - 1]);
        fflush(stdout);
    }
    return 0;
}
