// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.testing.CrossCompiler;
import java.io.File;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways into the kernel, on the real one. */
class KernelTest {

    private static final int PAGE = Libc.C.getpagesize();
    private static final int PROT_READ = 1;
    private static final int MAP_SHARED = 1;

    @TempDir
    Path folder;

    static Stream<Kernel> kernels() {
        Stream<Kernel> always = Stream.of(new LibcKernel(Libc.C));
        return Kernel.K instanceof TrapKernel ? Stream.concat(always, Stream.of(Kernel.K)) : always;
    }

    private static int number(String call) {
        return SystemCalls.of(Architecture.current()).get(call);
    }

    private int file(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), content);
        return Libc.C.open64(Block.cString(file.toString()).address(), 2, 0);
    }

    @Test
    void thisMachineHasTheTrap() {
        assumeTrue(Architecture.current() != Architecture.ARMHF, "there is none for armhf");
        assertThat(Kernel.K).isInstanceOf(TrapKernel.class);
    }

    @ParameterizedTest
    @EnumSource(names = "ARMHF", mode = EnumSource.Mode.EXCLUDE)
    void theInstructionsAreWhatTheAssemblerMakes(Architecture architecture) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        Path source = Path.of(KernelTest.class.getResource("trap.S").toURI());
        assertThat(Trap.code(architecture)).isEqualTo(compiler.code(source));
    }

    @ParameterizedTest
    @EnumSource(names = "ARMHF", mode = EnumSource.Mode.EXCLUDE)
    void theNumbersAreThoseOfTheTable(Architecture architecture) throws Exception {
        Map<String, Integer> table = SystemCalls.of(architecture);
        TrapKernel.Numbers numbers = TrapKernel.Numbers.of(architecture);
        for (RecordComponent each : TrapKernel.Numbers.class.getRecordComponents()) {
            assertThat(each.getAccessor().invoke(numbers)).as(each.getName()).isEqualTo(table.get(each.getName()));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void filesAreReadAndWritten(Kernel kernel) throws Exception {
        int fd = file("hello world");
        Block block = Block.allocate(16);
        assertThat(kernel.pread(fd, block.address(), 5, 6)).isEqualTo(5);
        assertThat(Block.text(block.bytes(), 0, 5)).isEqualTo("world");
        assertThat(kernel.pwrite(fd, block.address(), 5, 1L << 32)).isEqualTo(5);
        assertThat(Files.size(folder.resolve("file"))).isEqualTo((1L << 32) + 5);
        assertThat(kernel.read(fd, block.address(), 4)).isEqualTo(4);
        assertThat(kernel.write(fd, block.address(), 4)).isEqualTo(4);
        assertThat(kernel.read(fd, block.address(), 3)).isEqualTo(3);
        assertThat(Block.text(block.bytes(), 0, 3)).isEqualTo("rld");
        int getFlags = 3;
        assertThat(kernel.fcntl(fd, getFlags, 0) & 3).isEqualTo(2);
        Libc.C.close(fd);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void whatFailsIsMinusTheErrorNumber(Kernel kernel) throws Exception {
        Block block = Block.allocate(16);
        int fd = file("");
        assertThat(kernel.read(-1, block.address(), 1)).isEqualTo(-Errno.EBADF.number());
        assertThat(kernel.write(-1, block.address(), 1)).isEqualTo(-Errno.EBADF.number());
        assertThat(kernel.pread(fd, block.address(), 1, -1)).isEqualTo(-Errno.EINVAL.number());
        assertThat(kernel.pwrite(fd, block.address(), 1, -1)).isEqualTo(-Errno.EINVAL.number());
        assertThat(kernel.ioctl(fd, 0x5401, block.address())).isEqualTo(-Errno.ENOTTY.number());
        assertThat(kernel.fcntl(fd, 1 << 20, 0)).isEqualTo(-Errno.EINVAL.number());
        assertThat(kernel.epollWait(fd, block.address(), 1, 0)).isEqualTo(-Errno.EINVAL.number());
        assertThat(kernel.sendto(fd, block.address(), 1, 0, 0, 0)).isEqualTo(-Errno.ENOTSOCK.number());
        assertThat(kernel.recvfrom(fd, block.address(), 1, 0, 0, 0)).isEqualTo(-Errno.ENOTSOCK.number());
        assertThat(kernel.syscall(1 << 20)).isEqualTo(-Errno.ENOSYS.number());
        Libc.C.close(fd);
    }

    /** mmap2 and its 32 bits take pages; on 64 bits each of the six arguments counts. */
    @ParameterizedTest
    @MethodSource("kernels")
    void sixArgumentsComeInTheirOrder(Kernel kernel) throws Exception {
        assumeTrue(Architecture.current() != Architecture.ARMHF, "armhf has mmap2");
        int fd = file("x".repeat(PAGE) + "second page");
        long address = kernel.syscall(number("mmap"), 0, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
        assertThat(Kernel.isError(address)).isFalse();
        assertThat(Block.text(Libc.buffer(address, PAGE), 0, 11)).isEqualTo("second page");
        assertThat(kernel.syscall(number("munmap"), address, PAGE, 0)).isZero();
        Libc.C.close(fd);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void fewerArgumentsAreZeroOrLeftOut(Kernel kernel) {
        assertThat(kernel.syscall(number("getppid")))
                .isEqualTo(ProcessHandle.current().parent().orElseThrow().pid());
        assertThat(kernel.syscall(number("getpgid"), 0)).isEqualTo(kernel.syscall(number("getpgid"), 0, 0, 0, 0, 0, 0));
        assertThat(kernel.syscall(number("epoll_create1"), -1)).isEqualTo(-Errno.EINVAL.number());
    }

    /** A thread in a call is at a safepoint for the collector, however long the call takes. */
    @ParameterizedTest
    @MethodSource("kernels")
    void whoWaitsInTheKernelHoldsUpNobody(Kernel kernel) throws Exception {
        int event = Libc.C.eventfd(0, 0);
        Block count = Block.allocate(Long.BYTES);
        CompletableFuture<Long> waiting =
                CompletableFuture.supplyAsync(() -> kernel.read(event, count.address(), Long.BYTES));
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        assertThat(waiting).isNotDone();
        Block one = Block.allocate(Long.BYTES);
        one.bytes().putLong(0, 7);
        assertThat(kernel.write(event, one.address(), Long.BYTES)).isEqualTo(Long.BYTES);
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(Long.BYTES);
        assertThat(count.bytes().getLong(0)).isEqualTo(7);
        Libc.C.close(event);
    }

    /** Says which way its calls go. */
    static final class Way {

        private Way() {}

        /** Prints the class. */
        public static void main(String... arguments) {
            System.out.print(Kernel.K.getClass().getSimpleName() + Kernel.K.syscall(number("getpid")));
        }
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(classPath).contains(File.pathSeparator);
        Process process = new ProcessBuilder(java, "-Dcallgate.linux.trap=false", "-cp", classPath, Way.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("LibcKernel" + process.pid());
    }
}
