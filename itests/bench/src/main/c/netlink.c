// SPDX-License-Identifier: Apache-2.0
// netlink COUNT: dumps the IPv4 routes of the main table COUNT times, each route into a structure; prints ns for one dump, the median.
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct route {
    unsigned destination, gateway, preferred, table, priority, link;
    unsigned char length, protocol, scope, type;
};

static struct route routes[100000];
static char buffer[65536] __attribute__((aligned(8)));

static int dump(int s, unsigned sequence) {
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        struct rtattr table;
        unsigned number;
    } request = {0};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_GETROUTE;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.header.nlmsg_seq = sequence;
    request.route.rtm_family = AF_INET;
    request.table.rta_len = RTA_LENGTH(4);
    request.table.rta_type = RTA_TABLE;
    request.number = RT_TABLE_MAIN;
    if (send(s, &request, sizeof request, 0) < 0) {
        perror("send");
        exit(1);
    }
    int count = 0;
    for (;;) {
        int left = recv(s, buffer, sizeof buffer, 0);
        if (left < 0) {
            perror("recv");
            exit(1);
        }
        for (struct nlmsghdr *h = (struct nlmsghdr *)buffer; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
            if (h->nlmsg_type == NLMSG_DONE) {
                return count;
            }
            if (h->nlmsg_type == NLMSG_ERROR) {
                fprintf(stderr, "refused\n");
                exit(1);
            }
            struct rtmsg *m = NLMSG_DATA(h);
            struct route *r = &routes[count++];
            *r = (struct route){.length = m->rtm_dst_len, .protocol = m->rtm_protocol, .scope = m->rtm_scope,
                                .type = m->rtm_type, .table = m->rtm_table};
            int rest = RTM_PAYLOAD(h);
            for (struct rtattr *a = RTM_RTA(m); RTA_OK(a, rest); a = RTA_NEXT(a, rest)) {
                unsigned value;
                memcpy(&value, RTA_DATA(a), RTA_PAYLOAD(a) < 4 ? RTA_PAYLOAD(a) : 4);
                switch (a->rta_type) {
                    case RTA_DST: r->destination = value; break;
                    case RTA_GATEWAY: r->gateway = value; break;
                    case RTA_PREFSRC: r->preferred = value; break;
                    case RTA_TABLE: r->table = value; break;
                    case RTA_PRIORITY: r->priority = value; break;
                    case RTA_OIF: r->link = value; break;
                }
            }
        }
    }
}

static int smaller(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 1, one = 1;
    double *times = calloc(count, sizeof *times);
    int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (s < 0 || connect(s, (struct sockaddr *)&kernel, sizeof kernel)) {
        perror("netlink");
        return 1;
    }
    setsockopt(s, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
    for (int i = 0; i < count; i++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        int found = dump(s, i + 1);
        clock_gettime(CLOCK_MONOTONIC, &end);
        times[i] = (end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec);
        if (i == 0) {
            fprintf(stderr, "%d routes\n", found);
        }
    }
    qsort(times, count, sizeof *times, smaller);
    printf("%.0f\n", times[count / 2]);
    return 0;
}
