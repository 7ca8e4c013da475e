// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

/** Files of /proc as real kernels wrote them. */
final class Samples {

    static final String LOADAVG = "0.14 0.33 1.18 2/94 9027\n";

    static final String UPTIME = "1340.56 2496.12\n";

    /** Debian 12 (6.1), shortened in the middle. */
    static final String MEMINFO = """
            MemTotal:        4025652 kB
            MemFree:         2110628 kB
            MemAvailable:    3378036 kB
            Buffers:           72292 kB
            Cached:          1361772 kB
            SwapCached:            0 kB
            Active:           568324 kB
            SwapTotal:        998396 kB
            SwapFree:         998000 kB
            Zswap:                 0 kB
            Dirty:               168 kB
            Shmem:              8856 kB
            KReclaimable:      85008 kB
            Slab:             118640 kB
            SReclaimable:      85008 kB
            VmallocTotal:   34359738367 kB
            HugePages_Total:       0
            Hugepagesize:       2048 kB
            DirectMap4k:      169856 kB
            """;

    /** CentOS 6 (2.6.32): no MemAvailable. */
    static final String MEMINFO_OLD = """
            MemTotal:        1020696 kB
            MemFree:          110016 kB
            Buffers:           24148 kB
            Cached:           214268 kB
            SwapCached:            0 kB
            SwapTotal:             0 kB
            SwapFree:              0 kB
            Dirty:                12 kB
            Shmem:               204 kB
            SReclaimable:      30172 kB
            """;

    /** An old busybox machine without swap (2.6.18): not even Shmem. */
    static final String MEMINFO_TINY = """
            MemTotal:        29752 kB
            MemFree:          8104 kB
            Buffers:          1216 kB
            Cached:          90000 kB
            """;

    /** This gateway's development machine (6.18), with the long line of interrupts cut. */
    static final String STAT = """
            cpu  13689 7 3500 249612 399 3 57 15 20 2
            cpu0 6643 3 1447 125503 33 1 12 6 20 0
            cpu1 7045 4 2053 124109 366 2 44 9 0 2
            intr 254978 0 0 0 0 0 0 0 0 0
            ctxt 583331
            btime 1795364400
            processes 9030
            procs_running 2
            procs_blocked 1
            softirq 134803 0 38277 1 6208 9 0 3 52153 0 38152
            """;

    /** Kernel 2.4: four times, no counters for each; one processor taken offline between two others on a later one. */
    static final String STAT_OLD = """
            cpu  1132 34 1441 11311718
            cpu0 566 17 720 5655859
            cpu2 566 17 721 5655859
            page 5741 1808
            swap 1 0
            intr 1462898
            ctxt 1990473
            btime 1062191376
            processes 2915
            """;

    static final String NET_DEV = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
              eth0:63116443    2990    1    2    3     4          5         6   544733    2901    7    8    9    10      11         12
            wlp0s20f3.100: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0
            """;

    /** The last two: a container's, and a source that is empty. */
    static final String MOUNTINFO = """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            27 1 254:0 / / ro,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro
            36 27 98:0 /mnt1 /mnt\\040two rw,noatime master:1 propagate_from:2 unbindable - ext3 /dev/root rw
            1234 1100 0:313 / / rw,relatime master:390 - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/u,workdir=/w
            40 27 0:40 / /tmp/a\\134b rw - tmpfs  rw,size=4k
            """;

    /** A program whose name is meant to confuse parsers. */
    static final String SELF_STAT =
            "9027 (java) R 1 2) S 9016 9016 7855 34816 -1 4194304 105 6 7 8 250 50 11 12 20 0 33 0 134056 3133440 397"
                    + " 18446744073709551615 94121774538752 0 0\n";

    static final String SELF_STATUS = """
            Name:	java
            Umask:	0022
            State:	S (sleeping)
            Tgid:	9027
            VmPeak:	 4800000 kB
            VmSize:	 4700000 kB
            VmLck:	       0 kB
            VmHWM:	   91000 kB
            VmRSS:	   90000 kB
            VmSwap:	     128 kB
            Threads:	33
            voluntary_ctxt_switches:	2
            nonvoluntary_ctxt_switches:	1
            """;

    static final String PRESSURE = """
            some avg10=1.50 avg60=0.20 avg300=0.03 total=123456
            full avg10=0.50 avg60=0.10 avg300=0.01 total=23456
            """;

    /** The processors before 5.13: no full. */
    static final String PRESSURE_OLD = "some avg10=0.00 avg60=12.34 avg300=100.00 total=0\n";

    private Samples() {}
}
