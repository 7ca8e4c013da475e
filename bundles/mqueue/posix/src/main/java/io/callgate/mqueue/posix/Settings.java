// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Setting;
import java.util.regex.Pattern;

/**
 * A checked configuration.
 *
 * @param address of the queue, with its slash
 * @param maxMessages 0 for the machine's default
 * @param maxMessageBytes 0 for the machine's default
 */
record Settings(
        String address, Open open, Access access, int mode, int maxMessages, int maxMessageBytes, Unlink unlink) {

    /** Whether it may, must or must not be there. */
    enum Open {
        CREATE,
        EXISTING,
        EXCLUSIVE
    }

    /** What is done with it. */
    enum Access {
        BOTH(Abi.O_RDWR),
        RECEIVE(Abi.O_RDONLY),
        SEND(Abi.O_WRONLY);

        private final int flag;

        Access(int flag) {
            this.flag = flag;
        }

        int flag() {
            return flag;
        }
    }

    /** What becomes of it when its configuration is deleted. */
    enum Unlink {
        NEVER,
        CREATED,
        ALWAYS
    }

    private static final Pattern NAME = Pattern.compile("/[^/\0]+");

    /**
     * @param name of the configuration, which is the queue's unless it says another
     * @throws InvalidSettingException with the sentence that says what is wrong
     */
    static Settings of(String name, PosixQueueComponent.Config config) throws InvalidSettingException {
        String queue = Setting.required("queue", config::queue).strip();
        return new Settings(
                address(queue.isEmpty() ? "/" + name : queue),
                Setting.word("open", config::open, Open.values()),
                Setting.word("access", config::access, Access.values()),
                Setting.mode("mode", config::mode),
                Setting.notNegative("maxMessages", config::maxMessages),
                Setting.notNegative("maxMessageBytes", config::maxMessageBytes),
                Setting.word("unlink", config::unlink, Unlink.values()));
    }

    private static String address(String queue) throws InvalidSettingException {
        String address = queue.startsWith("/") ? queue : "/" + queue;
        if (!NAME.matcher(address).matches() || address.equals("/.") || address.equals("/..")) {
            throw new InvalidSettingException(
                    "queue \"" + queue + "\" is no name: a POSIX queue is called /NAME, with no other slash");
        }
        if (address.getBytes(java.nio.charset.StandardCharsets.UTF_8).length - 1 > Abi.NAME_MAX) {
            throw new InvalidSettingException("queue \"" + queue + "\" is longer than " + Abi.NAME_MAX + " bytes");
        }
        return address;
    }
}
