// SPDX-License-Identifier: Apache-2.0
// Real-time signals, 35 there and 36 back: echo COUNT and drain COUNT print their pid, and read a signalfd that epoll says is
// ready; echo answers each, drain prints ns per signal. ping PID COUNT prints ns per round trip; flood PID COUNT sends as fast as it can.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { THERE = 35, BACK = 36 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void queue(pid_t pid, int sig, int value) {
    while (sigqueue(pid, sig, (union sigval){.sival_int = value})) {
        if (errno != EAGAIN) {
            perror("sigqueue");
            exit(1);
        }
        sched_yield();
    }
}

static void hear(sigset_t *set, int count, int answers) {
    int fd = signalfd(-1, set, SFD_NONBLOCK), loop = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
    printf("%d\n", getpid());
    fflush(stdout);
    double begin = 0;
    for (int i = 0; i <= count;) {
        struct signalfd_siginfo info;
        epoll_wait(loop, &event, 1, -1);
        while (i <= count && read(fd, &info, sizeof info) == sizeof info) {
            if (info.ssi_int != i) {
                fprintf(stderr, "%d instead of %d\n", info.ssi_int, i);
                exit(1);
            }
            if (i++ == 0) begin = now();
            if (answers) queue(info.ssi_pid, BACK, info.ssi_int);
        }
    }
    if (!answers) printf("%.1f\n", (now() - begin) / count);
}

int main(int argc, char **argv) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, THERE);
    sigaddset(&set, BACK);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigdelset(&set, BACK);
    if (argc == 3) {
        hear(&set, atoi(argv[2]), !strcmp(argv[1], "echo"));
        return 0;
    }
    if (argc != 4) return 2;
    int pid = atoi(argv[2]), count = atoi(argv[3]), answers = !strcmp(argv[1], "ping");
    sigset_t back;
    sigemptyset(&back);
    sigaddset(&back, BACK);
    double begin = 0;
    for (int i = 0; i <= count; i++) {
        queue(pid, THERE, i);
        if (answers) sigwaitinfo(&back, NULL);
        if (i == 0) begin = now();
    }
    if (answers) printf("%.1f\n", (now() - begin) / count);
    return 0;
}
