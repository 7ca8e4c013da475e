// SPDX-License-Identifier: Apache-2.0
// The kernel's announcements of devices: flood COUNT announces the loopback interface so many times, each with its number;
// receive COUNT prints "ready", and when the last number has come the ns per announcement from the first on, and how many
// never came. A message is taken apart as far as its number.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 32 << 20 }; // as the door's

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static int flood(int count) {
    int file = open("/sys/class/net/lo/uevent", O_WRONLY);
    char line[100];
    for (int i = 1; i <= count; i++) {
        int length = snprintf(line, sizeof line, "change 00000000-0000-0000-0000-000000000000 N=%d", i);
        if (write(file, line, length) != length) {
            perror("uevent");
            return 1;
        }
    }
    return 0;
}

static int number(const char *message, ssize_t length) {
    for (const char *at = message; at < message + length; at += strlen(at) + 1)
        if (!strncmp(at, "SYNTH_ARG_N=", 12)) return atoi(at + 12);
    return 0;
}

static int receive(int count) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT), buffer = BUFFER, loop = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) || bind(fd, (void *) &address, sizeof address) ||
        epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event)) {
        perror("netlink");
        return 1;
    }
    puts("ready");
    fflush(stdout);
    double begin = 0;
    int seen = 0, last = 0;
    while (last < count) {
        char message[8192];
        struct sockaddr_nl sender;
        socklen_t size = sizeof sender;
        epoll_wait(loop, &event, 1, -1);
        for (ssize_t length; last < count && (length = recvfrom(fd, message, sizeof message - 1, 0, (void *) &sender, &size)) > 0;) {
            message[length] = 0;
            int n = sender.nl_pid == 0 ? number(message, length) : 0;
            if (n == 0) continue;
            if (seen++ == 0) begin = now();
            last = n;
        }
    }
    printf("%.1f %d\n", (now() - begin) / count, count - seen);
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int count = atoi(argv[2]);
    return strcmp(argv[1], "flood") ? receive(count) : flood(count);
}
