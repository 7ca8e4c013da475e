// SPDX-License-Identifier: Apache-2.0
// forge COUNT PORT...: sends route messages to netlink ports, and to the groups of links and routes, as only the kernel may.
// Each says that there is a link "forged" of a high index; sequence 0, as an event. Prints how many were sent.
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        struct rtattr name;
        char text[8];
    } message = {0};
    message.header.nlmsg_len = sizeof message;
    message.header.nlmsg_type = RTM_NEWLINK;
    message.link.ifi_index = 4711;
    message.name.rta_len = sizeof message.name + 7;
    message.name.rta_type = IFLA_IFNAME;
    strcpy(message.text, "forged");
    int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (s < 0) {
        perror("socket");
        return 1;
    }
    long count = atol(argv[1]), sent = 0;
    for (long i = 0; i < count; i++) {
        struct sockaddr_nl to = {.nl_family = AF_NETLINK};
        if (i % 2) {
            to.nl_groups = 1u << (RTNLGRP_LINK - 1) | 1u << (RTNLGRP_IPV4_ROUTE - 1);
        } else {
            to.nl_pid = strtoul(argv[2 + i / 2 % (argc - 2)], NULL, 10);
        }
        if (sendto(s, &message, sizeof message, 0, (struct sockaddr *)&to, sizeof to) == sizeof message) {
            sent++;
        } else if (errno != ENOBUFS && errno != ESRCH && errno != ECONNREFUSED) {
            perror("sendto");
            return 1;
        }
    }
    printf("%ld\n", sent);
    return 0;
}
