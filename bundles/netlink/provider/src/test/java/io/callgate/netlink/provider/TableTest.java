// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLog;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table that is followed, on a kernel that the test plays; neighbours stand for all kinds. */
class TableTest {

    private final FakeNetlink net = new FakeNetlink();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final List<Neighbour> kernels = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> history = new ArrayList<>(); // what it was asked and told
    private boolean predecessor;
    private IOException trouble; // of the lists
    private final FakeLog log = new FakeLog();
    private Runnable whileListing = () -> {};

    /** Writes down what it is told. */
    private final class Notes implements EntryListener<Neighbour> {

        @Override
        public void existing(List<Neighbour> entries) {
            told.add("existing " + entries.stream().map(Notes::word).toList());
        }

        @Override
        public void added(Neighbour entry) {
            told.add("+" + word(entry));
        }

        @Override
        public void changed(Neighbour before, Neighbour now) {
            told.add(word(before) + ">" + word(now));
        }

        @Override
        public void removed(Neighbour entry) {
            told.add("-" + word(entry));
        }

        @Override
        public void overrun(long events) {
            told.add("lost " + events);
        }

        private static String word(Neighbour entry) {
            return entry.index() + ":" + entry.address().substring(15);
        }
    }

    private Table<Neighbour> table() throws Exception {
        Table.Lister lister = new Table.Lister() {
            @Override
            @SuppressWarnings("unchecked")
            public <E extends NetworkEntry> List<E> list(Kind<E> kind, Selection which) throws IOException {
                if (trouble != null) {
                    throw trouble;
                }
                List<E> seen = (List<E>) List.copyOf(kernels);
                whileListing.run();
                return seen;
            }
        };
        Table.History noting = new Table.History() {
            @Override
            public boolean hasPredecessor(String name) {
                history.add("asked");
                return predecessor;
            }

            @Override
            public void begins(String name) {
                history.add("begins");
                predecessor = true;
            }

            @Override
            public void ends(String name) {
                history.add("ends");
                predecessor = false;
            }
        };
        return new Table<>(
                Neighbour.class,
                new Table.Surroundings(
                        net.door(), NetlinkSettings.DEFAULT, net.linux, dispatcher, lister, noting, log.logger()));
    }

    private Mailbox<Neighbour> follow(Table<Neighbour> table, long id) {
        Mailbox<Neighbour> mailbox = new Mailbox<>(id, new Notes(), entry -> true, dispatcher);
        table.add(mailbox);
        turns();
        return mailbox;
    }

    private void turns() {
        for (int i = 0; i < 4; i++) {
            net.linux.turn();
        }
    }

    private static Neighbour neighbour(int index, int last) {
        return Neighbour.of(index, IpAddress.of("10.0.0." + index), String.format("02:00:00:00:00:%02x", last));
    }

    private static byte[] event(Neighbour entry, boolean gone) {
        return FakeNetlink.message(gone ? 29 : 28, 0, 0, 0, NeighbourCodec.put(entry));
    }

    private void happens(Neighbour entry, boolean gone) {
        kernels.removeIf(each -> each.key().equals(entry.key()));
        if (!gone) {
            kernels.add(entry);
        }
        socket().put(event(entry, gone));
    }

    private FakeNetlink.Socket socket() {
        return net.opened.get(net.opened.size() - 1);
    }

    @Test
    void theDiskIsNeverTouchedOnTheEventLoop() throws Exception {
        Table<Neighbour> table = table();
        dispatcher.hold(); // turns are the loop's alone
        Mailbox<Neighbour> mailbox = follow(table, 1);
        assertThat(history).isEmpty();
        dispatcher.run();
        turns();
        assertThat(history).containsExactly("asked", "begins");

        dispatcher.hold();
        table.remove(mailbox);
        turns();
        assertThat(history).hasSize(2);
        dispatcher.run();
        assertThat(history).containsExactly("asked", "begins", "ends");
    }

    @Test
    void aListThatFailsDoesNotMakeOfUsOurOwnPredecessor() throws Exception {
        Table<Neighbour> table = table();
        trouble = new IOException("not now");
        follow(table, 1);
        trouble = null;
        net.linux.advance(Duration.ofSeconds(2));
        turns();
        assertThat(told).containsExactly("existing []");
    }

    @Test
    void whatExistsComesFirstThenWhatHappens() throws Exception {
        kernels.add(neighbour(1, 1));
        follow(table(), 1);
        assertThat(socket().groups).containsExactly(3);
        happens(neighbour(2, 1), false);
        happens(neighbour(1, 2), false);
        happens(neighbour(1, 2), false);
        happens(neighbour(2, 1), true);
        turns();
        assertThat(told).containsExactly("existing [1:01]", "+2:01", "1:01>1:02", "-2:01");
    }

    @Test
    void whatHappensWhileTheListIsOnItsWayIsNotLost() throws Exception {
        kernels.add(neighbour(1, 1));
        whileListing = () -> {
            whileListing = () -> {};
            happens(neighbour(2, 1), false);
            happens(neighbour(1, 1), true);
        };
        follow(table(), 1);
        assertThat(told).containsExactly("existing [1:01]", "+2:01", "-1:01");
    }

    @Test
    void aLossIsSaidAndTheDifferenceFollows() throws Exception {
        kernels.addAll(List.of(neighbour(1, 1), neighbour(2, 1), neighbour(3, 1)));
        follow(table(), 1);
        happens(neighbour(4, 1), false);
        socket().lose();
        kernels.remove(neighbour(1, 1));
        kernels.remove(neighbour(2, 1));
        kernels.add(neighbour(2, 9));
        turns();
        assertThat(told).startsWith("existing [1:01, 2:01, 3:01]", "+4:01", "lost 0");
        assertThat(told.subList(3, told.size())).containsExactlyInAnyOrder("-1:01", "2:01>2:09");
    }

    @Test
    void oneWhoComesLaterIsToldWhatTheOthersKnow() throws Exception {
        Table<Neighbour> table = table();
        follow(table, 1);
        happens(neighbour(1, 1), false);
        turns();
        told.clear();
        follow(table, 2);
        assertThat(told).containsExactly("existing [1:01]");
    }

    @Test
    void theLastToGoClosesTheSocket() throws Exception {
        Table<Neighbour> table = table();
        Mailbox<Neighbour> one = follow(table, 1);
        Mailbox<Neighbour> other = follow(table, 2);
        table.remove(one);
        turns();
        assertThat(net.linux.openDescriptors()).hasSize(1);
        table.remove(other);
        turns();
        assertThat(net.linux.openDescriptors()).isEmpty();
        told.clear();
        kernels.add(neighbour(7, 1));
        follow(table, 3);
        assertThat(told).containsExactly("existing [7:01]");
    }

    @Test
    void aSuccessorTellsWhatHappenedInBetweenToThoseWhoWereThere() throws Exception {
        Table<Neighbour> before = table();
        Mailbox<Neighbour> mailbox = follow(before, 1);
        before.handOver();
        happens(neighbour(1, 1), false);
        happens(neighbour(1, 2), false);
        before.remove(mailbox);
        turns();
        before.leave(true);
        assertThat(net.linux.kept()).hasSize(1);
        told.clear();

        Table<Neighbour> after = table();
        follow(after, 99); // a new one comes first
        assertThat(told).containsExactly("existing [1:02]");
        told.clear();
        follow(after, 1);
        assertThat(told).containsExactly("existing [1:02]", "1:02>1:01", "1:01>1:02");
        assertThat(net.opened).as("the same socket").hasSize(1);
        net.linux.advance(Duration.ofMinutes(1));
        told.clear();
        follow(after, 1);
        assertThat(told).as("history has an end").containsExactly("existing [1:02]");
    }

    @Test
    void aSuccessorThatCameTooLateSaysThatSomethingMayHaveBeenMissed() throws Exception {
        Table<Neighbour> before = table();
        follow(before, 1);
        before.leave(true);
        net.linux.endKept();
        told.clear();
        follow(table(), 1);
        assertThat(told).containsExactly("lost 0", "existing []");
    }

    @Test
    void forgeriesAreNotTold() throws Exception {
        follow(table(), 1);
        socket().forge(event(neighbour(6, 6), false));
        happens(neighbour(1, 1), false);
        turns();
        assertThat(told).containsExactly("existing []", "+1:01");
    }

    @Test
    void nonsenseFromTheKernelIsALossLikeAnother() throws Exception {
        follow(table(), 1);
        kernels.add(neighbour(1, 1));
        socket().put(new byte[] {9, 9, 9});
        try {
            turns();
        } catch (UncheckedIOException e) {
            assertThat(e).hasMessageContaining("3 bytes are left"); // for the loop's log
        }
        turns();
        assertThat(told).containsExactly("existing []", "lost 0", "+1:01");
    }

    @Test
    void aListenerThatIsTooSlowIsToldTheDifference() throws Exception {
        Table<Neighbour> table = table();
        table.add(new Mailbox<>(1, new Notes(), entry -> true, dispatcher, 3));
        turns();
        dispatcher.hold();
        for (int i = 1; i <= 9; i++) {
            happens(neighbour(i, 1), false);
        }
        happens(neighbour(4, 1), true);
        turns();
        dispatcher.run();
        assertThat(told).contains("existing []").anyMatch(line -> line.startsWith("lost "));
        assertThat(told).filteredOn(line -> line.startsWith("+")).hasSizeBetween(8, 9);
        happens(neighbour(9, 2), false);
        turns();
        assertThat(told).endsWith("9:01>9:02");
    }

    @Test
    void aListenerThatThrowsMissesNothingElse() throws Exception {
        Table<Neighbour> table = table();
        EntryListener<Neighbour> angry = new EntryListener<>() {
            @Override
            public void existing(List<Neighbour> entries) {
                throw new IllegalStateException("angry");
            }

            @Override
            public void added(Neighbour entry) {
                told.add("+" + entry.index());
            }

            @Override
            public void changed(Neighbour before, Neighbour now) {
                told.add(">" + now.index());
            }

            @Override
            public void removed(Neighbour entry) {
                told.add("-" + entry.index());
            }
        };
        table.add(new Mailbox<>(1, angry, entry -> true, dispatcher));
        turns();
        happens(neighbour(1, 1), false);
        turns();
        assertThat(told).containsExactly("+1");
        assertThat(dispatcher.failures()).hasSize(1);
    }

    @Test
    void whoComesWhileAnotherListIsDueIsToldAllTheSame() throws Exception {
        Table<Neighbour> table = table();
        trouble = new IOException("the kernel is busy");
        Mailbox<Neighbour> one = follow(table, 1);
        table.remove(one);
        turns();
        trouble = null;
        kernels.add(neighbour(1, 1));
        follow(table, 2);
        net.linux.advance(Duration.ofSeconds(2));
        turns();
        assertThat(told).containsExactly("existing [1:01]");
    }

    @Test
    void aTroubleThatLastsIsSaidOnce() throws Exception {
        trouble = new IOException("the kernel is busy");
        follow(table(), 1);
        for (int i = 0; i < 5; i++) {
            net.linux.advance(Duration.ofSeconds(2));
            turns();
        }
        assertThat(log.lines())
                .filteredOn(line -> line.contains("the kernel is busy"))
                .hasSize(1);
    }

    @Test
    void aMessageThatIsCutIsALoss() throws Exception {
        follow(table(), 1);
        kernels.add(neighbour(1, 1));
        socket().put(new byte[70_000]);
        turns();
        assertThat(told).containsExactly("existing []", "lost 0", "+1:01");
    }
}
