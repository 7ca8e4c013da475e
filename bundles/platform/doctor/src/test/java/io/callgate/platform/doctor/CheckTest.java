// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static io.callgate.platform.doctor.State.ABSENT;
import static io.callgate.platform.doctor.State.LIMIT_TOO_LOW;
import static io.callgate.platform.doctor.State.NOT_PERMITTED;
import static io.callgate.platform.doctor.State.PRESENT;
import static io.callgate.platform.doctor.State.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.callgate.platform.doctor.Check.Access;
import io.callgate.platform.doctor.Check.Capability;
import io.callgate.platform.doctor.Check.FilePath;
import io.callgate.platform.doctor.Check.Group;
import io.callgate.platform.doctor.Check.KernelOption;
import io.callgate.platform.doctor.Check.Limit;
import io.callgate.platform.doctor.Check.Mount;
import io.callgate.platform.doctor.Check.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {

    @TempDir
    Path root;

    private FakeMachine fake;

    @BeforeEach
    void aMachine() throws IOException {
        fake = new FakeMachine(root).file("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    }

    private Finding on(Check check) {
        return check.on(fake.machine());
    }

    @Test
    void aFileIsPresentIfItGrantsTheAccess() throws IOException {
        fake.file("/proc/pressure/cpu", "");
        assertThat(on(new FilePath("/proc/pressure/cpu", Access.RW))).isEqualTo(Finding.of(PRESENT));
    }

    @Test
    void aFileIsAbsentAlsoBelowSomethingThatIsNoFolder() throws IOException {
        fake.file("/proc/pressure", "");
        assertThat(on(new FilePath("/proc/pressure/cpu", Access.R)))
                .isEqualTo(Finding.of(ABSENT, "no /proc/pressure/cpu"));
        assertThat(on(new FilePath("/nowhere/cpu", Access.R)).state()).isEqualTo(ABSENT);
    }

    @Test
    void aFileThatMayBeReadOnlyIsNotPermittedForWriting() throws IOException {
        fake.file("/proc/pressure/cpu", "").unwritable("/proc/pressure/cpu");
        assertThat(on(new FilePath("/proc/pressure/cpu", Access.R)).state()).isEqualTo(PRESENT);
        assertThat(on(new FilePath("/proc/pressure/cpu", Access.W)))
                .isEqualTo(Finding.of(NOT_PERMITTED, "/proc/pressure/cpu"));
        assertThat(on(new FilePath("/proc/pressure/cpu", Access.RW)).state()).isEqualTo(NOT_PERMITTED);
    }

    @Test
    void aFileThatMayBeWrittenOnlyIsNotPermittedForReading() throws IOException {
        fake.file("/sys/trigger", "").unreadable("/sys/trigger");
        assertThat(on(new FilePath("/sys/trigger", Access.W)).state()).isEqualTo(PRESENT);
        assertThat(on(new FilePath("/sys/trigger", Access.RW)).state()).isEqualTo(NOT_PERMITTED);
    }

    @Test
    void oneOfTheDevicesOfAGlobIsEnough() throws IOException {
        fake.file("/dev/watchdog0", "").file("/dev/watchdog1", "").unwritable("/dev/watchdog0");
        assertThat(on(new FilePath("/dev/watchdog*", Access.RW)).state()).isEqualTo(PRESENT);
        fake.unwritable("/dev/watchdog1");
        assertThat(on(new FilePath("/dev/watchdog*", Access.RW)))
                .isEqualTo(Finding.of(NOT_PERMITTED, "/dev/watchdog0"));
        assertThat(on(new FilePath("/dev/gpiochip*", Access.RW))).isEqualTo(Finding.of(ABSENT, "no /dev/gpiochip*"));
    }

    @Test
    void aFolderThatMayNotBeEnteredIsNotPermitted() throws IOException {
        assumeFalse(Files.isReadable(Path.of("/proc/1/mem")), "root may enter every folder");
        fake.file("/sys/kernel/tracing/trace", "");
        Path closed = root.resolve("sys/kernel/tracing");
        Files.setPosixFilePermissions(closed, Set.of());
        assertThat(on(new FilePath("/sys/kernel/tracing/trace", Access.R)))
                .isEqualTo(Finding.of(NOT_PERMITTED, "/sys/kernel/tracing"));
        assertThat(on(new FilePath("/sys/kernel/tracing/t*", Access.R)).state()).isEqualTo(NOT_PERMITTED);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aGlobWorksInEveryFolderOfThePath() throws IOException {
        fake.file("/sys/class/hwmon/hwmon0/name", "").file("/sys/class/hwmon/hwmon7/temp1_input", "");
        assertThat(on(new FilePath("/sys/class/hwmon/hwmon*/temp?_input", Access.R))
                        .state())
                .isEqualTo(PRESENT);
        assertThat(on(new FilePath("/sys/class/hwmon/hwmon*/fan?_input", Access.R))
                        .state())
                .isEqualTo(ABSENT);
    }

    @Test
    void aKernelOptionIsReadFromTheRunningKernelFirst() throws IOException {
        fake.gzip("/proc/config.gz", "CONFIG_PSI=y\nCONFIG_GPIO_SIM=m\n# CONFIG_KPROBES is not set\n");
        fake.file("/boot/config-6.1.0-test", "CONFIG_KPROBES=y\n");
        assertThat(on(new KernelOption("CONFIG_PSI"))).isEqualTo(Finding.of(PRESENT));
        assertThat(on(new KernelOption("CONFIG_GPIO_SIM"))).isEqualTo(Finding.of(PRESENT, "module"));
        assertThat(on(new KernelOption("CONFIG_KPROBES"))).isEqualTo(Finding.of(ABSENT, "CONFIG_KPROBES is not set"));
        assertThat(on(new KernelOption("CONFIG_PS")).state()).isEqualTo(ABSENT);
    }

    @Test
    void aKernelOptionIsReadFromBootOtherwise() throws IOException {
        fake.file("/boot/config-6.1.0-test", "CONFIG_PSI=y\n").file("/boot/config-5.0", "CONFIG_OLD=y\n");
        assertThat(on(new KernelOption("CONFIG_PSI")).state()).isEqualTo(PRESENT);
        assertThat(on(new KernelOption("CONFIG_OLD")).state()).isEqualTo(ABSENT);
    }

    @Test
    void aKernelThatPublishesNoConfigurationIsUnknown() {
        assertThat(on(new KernelOption("CONFIG_PSI")))
                .isEqualTo(Finding.of(UNKNOWN, "no /proc/config.gz, no /boot/config-6.1.0-test for CONFIG_PSI"));
    }

    @Test
    void aCapabilityIsABitOfTheEffectiveSet() throws IOException {
        fake.user(1000, "", "0000000001000000"); // bit 24
        assertThat(on(new Capability("CAP_SYS_RESOURCE")).state()).isEqualTo(PRESENT);
        assertThat(on(new Capability("CAP_SYS_NICE"))).isEqualTo(Finding.of(NOT_PERMITTED, "no CAP_SYS_NICE"));
        fake.user(0, "", "0");
        assertThat(on(new Capability("CAP_SYS_NICE")).mend())
                .startsWith("this machine or its container withholds it from root");
        fake.user(1000, "", "000001ffffffffff");
        assertThat(on(new Capability("CAP_CHECKPOINT_RESTORE")).state()).isEqualTo(PRESENT);
        fake.user(1000, "", "000000ffffffffff");
        assertThat(on(new Capability("CAP_CHECKPOINT_RESTORE")).state()).isEqualTo(NOT_PERMITTED);
    }

    @Test
    void aMachineWithoutProcIsUnknown() {
        assertThat(on(new Capability("CAP_SYS_NICE")).state()).isEqualTo(UNKNOWN);
        assertThat(on(new Limit(Limit.Resource.RLIMIT_MSGQUEUE, 1)).state()).isEqualTo(UNKNOWN);
        assertThat(on(new Mount("tracefs")).state()).isEqualTo(UNKNOWN);
        assertThat(on(new Group("gpio")).state()).isEqualTo(UNKNOWN);
    }

    @Test
    void theSoftLimitCounts() throws IOException {
        fake.file("/proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max locked memory         unlimited            unlimited            bytes
                Max msgqueue size         819200               9000000              bytes
                Max nice priority         0                    0
                """);
        assertThat(on(new Limit(Limit.Resource.RLIMIT_MSGQUEUE, 819200))).isEqualTo(Finding.of(PRESENT, "819200"));
        assertThat(on(new Limit(Limit.Resource.RLIMIT_MSGQUEUE, 819201)))
                .isEqualTo(Finding.of(LIMIT_TOO_LOW, "819200 of 819201"));
        assertThat(on(new Limit(Limit.Resource.RLIMIT_MEMLOCK, Long.MAX_VALUE)))
                .isEqualTo(Finding.of(PRESENT, "unlimited"));
        assertThat(on(new Limit(Limit.Resource.RLIMIT_NICE, 1))).isEqualTo(Finding.of(LIMIT_TOO_LOW, "0 of 1"));
    }

    @Test
    void aGroupIsOneOfTheProcessOrItsMainOne() throws IOException {
        fake.file("/etc/group", "root:x:0:\ngpio:x:997:pi\nme:x:1000:\nvideo:x:44:\n")
                .user(1000, "4 997", "0");
        assertThat(on(new Group("gpio")).state()).isEqualTo(PRESENT);
        assertThat(on(new Group("me")).state()).isEqualTo(PRESENT);
        assertThat(on(new Group("video"))).isEqualTo(Finding.of(NOT_PERMITTED, "not in group video"));
        assertThat(on(new Group("i2c"))).isEqualTo(Finding.of(ABSENT, "no group i2c"));
    }

    @Test
    void rootNeedsNoGroup() throws IOException {
        fake.file("/etc/group", "root:x:0:\n").user(0, "0", "0");
        assertThat(on(new Group("gpio"))).isEqualTo(Finding.of(PRESENT, "root"));
    }

    @Test
    void aFileSystemIsPresentWhereItIsMounted() throws IOException {
        fake.file("/proc/self/mounts", "proc /proc proc rw 0 0\ntracefs /sys/kernel/tracing tracefs rw 0 0\n");
        assertThat(on(new Mount("tracefs"))).isEqualTo(Finding.of(PRESENT, "/sys/kernel/tracing"));
        assertThat(on(new Mount("mqueue"))).isEqualTo(Finding.of(ABSENT, "mqueue is not mounted"));
    }

    @Test
    void aSysctlKeyIsThereAndLargeEnough() throws IOException {
        fake.file("/proc/sys/fs/mqueue/msg_max", "10\n").file("/proc/sys/net/ipv4/conf/eth0.5/forwarding", "1\n");
        assertThat(on(new Sysctl("fs.mqueue.msg_max", Optional.empty()))).isEqualTo(Finding.of(PRESENT));
        assertThat(on(new Sysctl("fs.mqueue.msg_max", Optional.of(10L)))).isEqualTo(Finding.of(PRESENT, "10"));
        assertThat(on(new Sysctl("fs.mqueue.msg_max", Optional.of(11L))))
                .isEqualTo(Finding.of(LIMIT_TOO_LOW, "10 of 11"));
        assertThat(on(new Sysctl("fs.mqueue.none", Optional.empty())).state()).isEqualTo(ABSENT);
        assertThat(on(new Sysctl("net/ipv4/conf/eth0.5/forwarding", Optional.of(1L)))
                        .state())
                .isEqualTo(PRESENT);
        fake.unreadable("/proc/sys/fs/mqueue/msg_max");
        assertThat(on(new Sysctl("fs.mqueue.msg_max", Optional.empty())).state())
                .isEqualTo(NOT_PERMITTED);
    }

    @Test
    void aValueThatIsNoNumberIsUnknown() throws IOException {
        fake.file("/proc/sys/kernel/core_pattern", "core\n");
        assertThat(on(new Sysctl("kernel.core_pattern", Optional.of(1L))))
                .isEqualTo(Finding.of(UNKNOWN, "not a number: core"));
    }
}
