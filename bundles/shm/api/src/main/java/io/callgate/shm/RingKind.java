// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

/** How many may write into a ring; one reads. */
public enum RingKind {
    /** One producer: the layout of Agrona's OneToOneRingBuffer. */
    ONE_TO_ONE("one-to-one"),
    /** Any number of producers: the layout of Agrona's ManyToOneRingBuffer. */
    MANY_TO_ONE("many-to-one");

    private final String word;

    RingKind(String word) {
        this.word = word;
    }

    /** As in configurations and service properties. */
    public String word() {
        return word;
    }
}
