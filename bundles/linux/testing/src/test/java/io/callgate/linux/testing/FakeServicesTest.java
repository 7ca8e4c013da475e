// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import io.callgate.resource.Broadcast;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class FakeServicesTest {

    private final FakeRegistry registry = new FakeRegistry().property("callgate.data", "/data");
    private final FakeLog log = new FakeLog();
    private final FakeDispatcher dispatcher = new FakeDispatcher();

    @Test
    void aConfiguredResourceRegistersItsServicesHere() {
        ConfiguredResource resource =
                new ConfiguredResource(registry.context(), Map.of("service.pid", "a.b~lamp"), log.logger());
        Runnable service = () -> {};
        resource.live(Runnable.class, service);

        assertThat(registry.service(Runnable.class)).containsSame(service);
        assertThat(registry.properties(service)).containsEntry(ResourceStatus.NAME, "lamp");
        ResourceStatus status = registry.service(ResourceStatus.class).orElseThrow();
        assertThat(status.state()).isEqualTo(ResourceState.LIVE);
        assertThat(registry.properties(status)).containsEntry(ResourceStatus.STATE, "live");

        resource.gone("unplugged");
        assertThat(registry.services(Runnable.class)).isEmpty();
        assertThat(log.lines("INFO")).containsExactly("INFO lamp is live", "INFO lamp is gone: unplugged");
        resource.close();
        assertThat(registry.services(ResourceStatus.class)).isEmpty();
    }

    @Test
    void theContextKnowsTheFrameworksPropertiesAndRefusesTheRest() {
        assertThat(registry.context().getProperty("callgate.data")).isEqualTo("/data");
        assertThatThrownBy(() -> registry.context().getBundles()).hasMessageContaining("getBundles");
    }

    @Test
    void aFullLaneLosesAllButTheNewestWhichSaysHowMuch() {
        List<Long> losses = new ArrayList<>();
        Broadcast<LongConsumer> broadcast = new Broadcast<>(dispatcher, 2);
        broadcast.add(losses::add, Map.of("service.id", 1L));
        dispatcher.hold();
        for (int i = 0; i < 5; i++) {
            broadcast.send(properties -> true, LongConsumer::accept);
        }
        dispatcher.run();
        assertThat(losses).containsExactly(0L, 0L, 2L);
        broadcast.close();
        assertThat(dispatcher.lanes()).isZero();
    }

    @Test
    void aCallOfferedByACallFollowsIt() {
        List<String> order = new ArrayList<>();
        Dispatcher.Lane lane = dispatcher.lane("a", 2);
        lane.offer(() -> {
            lane.offer(() -> order.add("second"));
            order.add("first");
        });
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void whatAListenerThrowsIsCollected() {
        dispatcher.lane("a", 1).offer(() -> {
            throw new IllegalStateException("broken listener");
        });
        assertThat(dispatcher.failures()).singleElement().satisfies(e -> assertThat(e)
                .hasMessage("broken listener"));
    }

    @Test
    void logLinesHaveTheirPlaceholdersFilled() {
        log.logger().warn("{} of {} in $1: {}", 1, 2, "x");
        log.logger().info("plain");
        log.logger().debug("one {}", 1);
        assertThat(log.lines()).containsExactly("WARN 1 of 2 in $1: x", "INFO plain", "DEBUG one 1");
    }

    @Test
    void aPreparedCallAnswersByScriptAndSaysErrorsAsNumbers() throws IOException {
        FakeLinux kernel = new FakeLinux().onCall("read", arguments -> {
            NativeBuffer into = (NativeBuffer) arguments[1];
            if (into.size() < 2) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            into.bytes().put(0, (byte) 7);
            return (long) arguments[2];
        });
        NativeBuffer buffer = kernel.allocate(8);
        try (Fd event = kernel.eventfd(0)) {
            PreparedCall read = kernel.prepare("read")
                    .argument(0, event)
                    .argument(1, buffer, 4, 4)
                    .argument(2, 4);
            assertThat(read.call()).isEqualTo(4);
            assertThat(buffer.bytes().get(4)).isEqualTo((byte) 7);
            assertThat(read.argument(1, buffer, 7, 1).call()).isEqualTo(-Errno.EINVAL.number());
            event.close();
            assertThatThrownBy(read::call).isInstanceOf(ClosedFdException.class);
        }
        assertThat(kernel.prepare("write").call()).isEqualTo(-Errno.ENOSYS.number());
    }
}
