// SPDX-License-Identifier: Apache-2.0
// alertd QUEUE: the daemon at the other end. Prints every alert, the most urgent first; a real one would page somebody.
// gcc -o alertd alertd.c -lrt && ./alertd /alerts
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: alertd QUEUE\n");
        return 2;
    }
    mqd_t queue = mq_open(argv[1], O_RDONLY);
    struct mq_attr attr;
    if (queue == (mqd_t)-1 || mq_getattr(queue, &attr)) {
        perror(argv[1]);
        return 1;
    }
    char *alert = malloc(attr.mq_msgsize);
    unsigned priority;
    ssize_t length;
    while ((length = mq_receive(queue, alert, attr.mq_msgsize, &priority)) >= 0) {
        printf("%u %.*s\n", priority, (int)length, alert);
        fflush(stdout);
    }
    perror("mq_receive");
    return 1;
}
