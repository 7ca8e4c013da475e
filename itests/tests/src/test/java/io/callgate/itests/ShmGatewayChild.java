// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.ShmRig.Witness;
import io.callgate.shm.Ring;
import io.callgate.shm.RingProducer;
import java.nio.file.Path;

/** A gateway that will be killed: FOLDER PATH produce|consume. Says when it is at work, and works for ever. */
public final class ShmGatewayChild {

    static final int LONGEST = 200;

    private ShmGatewayChild() {}

    /** Does not return. */
    public static void main(String[] arguments) throws Exception {
        ShmRig rig = new ShmRig(Path.of(arguments[0]));
        rig.configure(
                Ring.PID + "~child",
                "{\"path\": \"" + arguments[1] + "\", \"open\": \"existing\", \"role\": \"" + arguments[2] + "r\"}");
        Ring ring = rig.ring("child");
        if (arguments[2].equals("consume")) {
            Witness witness = new Witness();
            rig.listen("child", 0, (from, message) -> {
                witness.see(message);
                if (witness.messages() == 1) {
                    System.out.println("AT WORK");
                }
                if (!witness.fault().isEmpty()) {
                    System.out.println("FAULT " + witness.fault());
                }
            });
            Thread.currentThread().join(); // for ever
        }
        try (RingProducer producer = ring.producer()) {
            System.out.println("AT WORK");
            for (long i = 1; ; i++) {
                int length = ShmRig.lengthOf(i, LONGEST);
                while (!producer.claim(1, length)) {
                    Thread.onSpinWait();
                }
                ShmRig.fill(producer.bytes(), ProcessHandle.current().pid(), i, length);
                producer.commit();
            }
        }
    }
}
