// SPDX-License-Identifier: Apache-2.0
// A static native method of seven longs becomes a system call: number, a, b, c, d, e, f.
#if defined(__x86_64__)
    endbr64
    mov %rdx, %rax
    mov %rcx, %rdi
    mov %r8, %rsi
    mov %r9, %rdx
    mov 8(%rsp), %r10
    mov 16(%rsp), %r8
    mov 24(%rsp), %r9
    syscall
    ret
#elif defined(__aarch64__)
    mov x8, x2
    mov x0, x3
    mov x1, x4
    mov x2, x5
    mov x3, x6
    mov x4, x7
    ldr x5, [sp]
    svc #0
    ret
#endif
