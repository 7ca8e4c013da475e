// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Libc.C;

import com.sun.jna.Function;
import com.sun.jna.JNIEnv;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import io.callgate.linux.Architecture;
import java.lang.ref.Reference;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The instruction that enters the kernel, as a native method. A call costs what it costs C; JNA's way, through libffi and
 * errno, costs 100 ns more, which is most of a cheap system call.
 *
 * <p>A native method's arguments stand in other registers than a system call's, so a few instructions move them, trap and
 * return. They are written to an anonymous file in memory (memfd_create(2)), which is mapped readable and executable, never
 * writable, and given to the Java runtime as the method's implementation (JNI's RegisterNatives). The mapping stays: this
 * class is unloaded as little as any that JNA binds. Where the machine does not let memory be executed (SELinux,
 * {@code vm.memfd_noexec}) or the architecture has none here, {@link #bind} says so and calls go through the C library.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscall.2.html">syscall(2), Architecture calling conventions</a>
 * @see <a href="https://docs.oracle.com/en/java/javase/17/docs/specs/jni/functions.html#registernatives">RegisterNatives</a>
 */
final class Trap {

    private static final String NAME = "call";
    private static final String SIGNATURE = "(JJJJJJJ)J";

    /** The place of RegisterNatives in JNI's table of functions. */
    private static final int REGISTER_NATIVES = 215;

    private static final int PROT_READ_EXEC = 5;
    private static final int MAP_PRIVATE = 2;
    private static final int MFD_CLOEXEC = 1;

    private Trap() {}

    /**
     * A system call: the kernel's own answer, the result or minus the error number. Blocks as long as the call does.
     *
     * <p>Not before {@link #bind} has returned true.
     */
    static native long call(long number, long a, long b, long c, long d, long e, long f);

    /** The instructions, of which {@code trap.S} beside the tests is the source; empty where there are none. */
    static byte[] code(Architecture architecture) {
        return HexFormat.of()
                .parseHex(
                        switch (architecture) {
                            case X86_64 ->
                                "f30f1efa" // endbr64
                                        + "4889d0" // mov %rdx, %rax: the number; %rdi and %rsi were JNIEnv and the
                                        // class
                                        + "4889cf" // mov %rcx, %rdi: a
                                        + "4c89c6" // mov %r8, %rsi: b
                                        + "4c89ca" // mov %r9, %rdx: c
                                        + "4c8b542408" // mov 8(%rsp), %r10: d
                                        + "4c8b442410" // mov 16(%rsp), %r8: e
                                        + "4c8b4c2418" // mov 24(%rsp), %r9: f
                                        + "0f05" // syscall
                                        + "c3"; // ret
                            case AARCH64 ->
                                "e80302aa" // mov x8, x2: the number; x0 and x1 were JNIEnv and the class
                                        + "e00303aa" // mov x0, x3: a
                                        + "e10304aa" // mov x1, x4: b
                                        + "e20305aa" // mov x2, x5: c
                                        + "e30306aa" // mov x3, x6: d
                                        + "e40307aa" // mov x4, x7: e
                                        + "e50340f9" // ldr x5, [sp]: f
                                        + "010000d4" // svc #0
                                        + "c0035fd6"; // ret
                            case ARMHF -> ""; // a long takes two registers there
                        });
    }

    /** Makes {@link #call} callable; false if that cannot be on this machine. */
    static boolean bind(Architecture architecture) {
        byte[] code = code(architecture);
        if (code.length == 0) {
            return false;
        }
        long address = mapped(code);
        return address != -1 && isRegistered(address);
    }

    /** The address of these instructions, or -1 if memory may not be executed. */
    private static long mapped(byte[] code) {
        Block name = Block.cString("callgate-trap");
        Block block = Block.allocate(code.length);
        block.bytes().put(0, code);
        int file = C.memfd_create(name.address(), MFD_CLOEXEC);
        if (file < 0) {
            return -1;
        }
        try {
            return C.write(file, block.address(), code.length) == code.length
                    ? C.mmap64(0, C.getpagesize(), PROT_READ_EXEC, MAP_PRIVATE, file, 0)
                    : -1;
        } finally {
            C.close(file);
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(block);
        }
    }

    private static boolean isRegistered(long address) {
        Map<String, Object> objects = Map.of(Library.OPTION_ALLOW_OBJECTS, true);
        // memmove returns its first argument: so this thread's JNIEnv becomes known.
        Pointer environment = (Pointer) Libc.library()
                .getFunction("memmove")
                .invoke(Pointer.class, new Object[] {JNIEnv.CURRENT, JNIEnv.CURRENT, new NativeLong(0)}, objects);
        Pointer register = environment.getPointer(0).getPointer((long) REGISTER_NATIVES * Native.POINTER_SIZE);
        Block name = Block.cString(NAME);
        Block signature = Block.cString(SIGNATURE);
        Block method = Block.allocate(3 * Long.BYTES); // JNINativeMethod
        method.bytes()
                .putLong(0, name.address())
                .putLong(Long.BYTES, signature.address())
                .putLong(2 * Long.BYTES, address);
        Object[] arguments = {JNIEnv.CURRENT, Trap.class, new Pointer(method.address()), 1};
        try {
            return (int) Function.getFunction(register).invoke(Integer.class, arguments, objects) == 0;
        } finally {
            Reference.reachabilityFence(List.of(name, signature, method));
        }
    }
}
