// SPDX-License-Identifier: Apache-2.0
// A program as a user of the gateway would have it: peer posix|sysv send|receive|flood|type|create QUEUE COUNT NUMBER
// send and flood number their messages from 0; NUMBER is the priority, or the type. receive prints "NUMBER TEXT" lines.
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct message {
    long type;
    char text[8192];
};

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return 1;
}

static int posix(const char *work, const char *name, long count, unsigned priority) {
    char text[8192];
    if (!strcmp(work, "create")) {
        struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = 64};
        return mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr) < 0 ? fail("mq_open") : 0;
    }
    int sends = strcmp(work, "receive") != 0;
    mqd_t queue = mq_open(name, sends ? O_WRONLY : O_RDONLY);
    if (queue < 0) return fail("mq_open");
    for (long i = 0; count < 0 || i < count; i++) {
        if (sends) {
            int length = snprintf(text, sizeof text, "%ld", i);
            if (mq_send(queue, text, length, priority)) return fail("mq_send");
            if (count < 0 && i % 100 == 0) {
                printf("%ld\n", i);
                fflush(stdout);
            }
        } else {
            ssize_t length = mq_receive(queue, text, sizeof text, &priority);
            if (length < 0) return fail("mq_receive");
            printf("%u %.*s\n", priority, (int)length, text);
            fflush(stdout);
        }
    }
    return 0;
}

static int sysv(const char *work, int key, long count, long type) {
    struct message message;
    if (!strcmp(work, "create")) return msgget(key, IPC_CREAT | IPC_EXCL | 0600) < 0 ? fail("msgget") : 0;
    int queue = msgget(key, 0);
    if (queue < 0) return fail("msgget");
    int sends = strcmp(work, "receive") != 0;
    for (long i = 0; count < 0 || i < count; i++) {
        if (sends) {
            message.type = type;
            int length = snprintf(message.text, sizeof message.text, "%ld", i);
            if (msgsnd(queue, &message, length, 0)) return fail("msgsnd");
            if (count < 0 && i % 100 == 0) {
                printf("%ld\n", i);
                fflush(stdout);
            }
        } else {
            ssize_t length = msgrcv(queue, &message, sizeof message.text, type, 0);
            if (length < 0) return fail("msgrcv");
            printf("%ld %.*s\n", message.type, (int)length, message.text);
            fflush(stdout);
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    long count = atol(argv[4]), number = atol(argv[5]);
    return !strcmp(argv[1], "posix") ? posix(argv[2], argv[3], count, number)
                                     : sysv(argv[2], (int)strtol(argv[3], NULL, 0), count, number);
}
