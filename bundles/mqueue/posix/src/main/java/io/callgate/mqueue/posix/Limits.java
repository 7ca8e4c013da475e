// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import java.io.IOException;

/**
 * The limits that a new queue meets. The kernel says EINVAL for two of them and EMFILE for the third; here each is looked
 * at first, and named with its value and the line that raises it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/mq_overview.7.html">mq_overview(7)</a>
 */
final class Limits {

    private static final long HARD_MESSAGES = 65_536;
    private static final long HARD_BYTES = 16L << 20;
    private static final String RLIMIT = "Max msgqueue size";

    /** Attributes for a new queue. */
    record Wanted(long maxMessages, long maxMessageBytes) {}

    private final Proc proc;
    private final Abi abi;

    Limits(Proc proc, Abi abi) {
        this.proc = proc;
        this.abi = abi;
    }

    /**
     * What is configured, with the machine's defaults for what is not.
     *
     * @throws RefusedException if the machine does not allow that
     */
    Wanted check(Settings settings) throws IOException {
        Wanted wanted = new Wanted(
                settings.maxMessages() > 0 ? settings.maxMessages() : fallback("msg_default", "msg_max", 10),
                settings.maxMessageBytes() > 0
                        ? settings.maxMessageBytes()
                        : fallback("msgsize_default", "msgsize_max", 8192));
        boolean mayExceed = proc.mayExceed();
        check("maxMessages", wanted.maxMessages, "msg_max", mayExceed, HARD_MESSAGES);
        check("maxMessageBytes", wanted.maxMessageBytes, "msgsize_max", mayExceed, HARD_BYTES);
        long needed = needed(wanted);
        long limit = proc.softLimit(RLIMIT);
        if (needed > limit) {
            throw new RefusedException("%d messages of %d bytes need %d bytes, but RLIMIT_MSGQUEUE is %d: %s"
                    .formatted(wanted.maxMessages, wanted.maxMessageBytes, needed, limit, raise(needed)));
        }
        return wanted;
    }

    /** The kernel's own defaults are cut to the maxima. */
    private long fallback(String key, String most, long otherwise) throws IOException {
        return Math.min(proc.sysctl(key).orElse(otherwise), proc.sysctl(most).orElse(Long.MAX_VALUE));
    }

    private void check(String setting, long wanted, String key, boolean mayExceed, long hard) throws IOException {
        long most = proc.sysctl(key).orElse(hard);
        if (wanted > hard) {
            throw new RefusedException(
                    "%s is %d, and no kernel takes more than %d: less must do".formatted(setting, wanted, hard));
        }
        if (wanted > most && !mayExceed) {
            throw new RefusedException("%s is %d, but fs.mqueue.%s is %d: sysctl -w fs.mqueue.%s=%d"
                    .formatted(setting, wanted, key, most, key, wanted));
        }
    }

    /** What the kernel counts for a queue, empty or not. */
    private long needed(Wanted wanted) {
        long priorities = Math.min(wanted.maxMessages, Abi.MQ_PRIO_MAX);
        return wanted.maxMessages * (wanted.maxMessageBytes + abi.messageOverhead())
                + priorities * abi.priorityOverhead();
    }

    private static String raise(long bytes) {
        return "LimitMSGQUEUE=%d in the unit, or ulimit -q %d before the start".formatted(bytes, bytes);
    }

    /** Why the kernel said EMFILE although one queue alone would have had room. */
    RefusedException emfile(Wanted wanted) throws IOException {
        long files = proc.softLimit("Max open files");
        if (proc.descriptors() >= files) {
            return new RefusedException("all " + files + " descriptors of the gateway are in use (RLIMIT_NOFILE):"
                    + " LimitNOFILE=" + 2 * files + " in the unit");
        }
        long limit = proc.softLimit(RLIMIT);
        return new RefusedException(
                "it needs %d bytes, and this user's other queues leave less of the %d that RLIMIT_MSGQUEUE allows: unlink what"
                                .formatted(needed(wanted), limit)
                        + " nobody uses (mq:list), or " + raise(limit + needed(wanted)));
    }

    /** Why the kernel said ENOSPC. */
    RefusedException enospc() throws IOException {
        long most = proc.sysctl("queues_max").orElse(0);
        return new RefusedException("there are as many queues as fs.mqueue.queues_max allows, " + most
                + ": unlink what nobody uses (mq:list), or sysctl -w fs.mqueue.queues_max=" + 2 * most);
    }
}
