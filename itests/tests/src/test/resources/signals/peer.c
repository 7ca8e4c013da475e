// SPDX-License-Identifier: Apache-2.0
// A program that sends and gets signals: peer queue PID SIGNAL FIRST COUNT: sigqueue(3) with values FIRST and on, waiting while the
// queue is full. peer receive SIGNAL COUNT: says "ready PID", then for each: code, sender's pid, value.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 6 && !strcmp(argv[1], "queue")) {
        pid_t pid = atoi(argv[2]);
        int first = atoi(argv[4]), count = atoi(argv[5]);
        for (int i = first; i < first + count; i++) {
            while (sigqueue(pid, atoi(argv[3]), (union sigval){.sival_int = i})) {
                if (errno != EAGAIN) {
                    perror("sigqueue");
                    return 1;
                }
                sched_yield();
            }
        }
        printf("%d\n", getpid());
        return 0;
    }
    if (argc == 4 && !strcmp(argv[1], "receive")) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, atoi(argv[2]));
        sigprocmask(SIG_BLOCK, &set, NULL);
        printf("ready %d\n", getpid());
        for (int i = 0; i < atoi(argv[3]); i++) {
            siginfo_t info;
            if (sigwaitinfo(&set, &info) < 0) {
                perror("sigwaitinfo");
                return 1;
            }
            printf("%d %d %d\n", info.si_code, info.si_pid, info.si_code == SI_QUEUE ? info.si_value.sival_int : -1);
        }
        return 0;
    }
    return 2;
}
