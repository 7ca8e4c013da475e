# SPDX-License-Identifier: Apache-2.0
"""Sends one message by Python, through the C library: peer.py posix|sysv QUEUE TEXT NUMBER."""
import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
kind, queue, text, number = sys.argv[1], sys.argv[2], sys.argv[3].encode(), int(sys.argv[4])
if kind == "posix":
    try:
        lib = libc if hasattr(libc, "mq_open") else ctypes.CDLL("librt.so.1", use_errno=True)
    except OSError:
        lib = libc
    descriptor = lib.mq_open(queue.encode(), os.O_WRONLY)
    failed = descriptor < 0 or lib.mq_send(descriptor, text, ctypes.c_size_t(len(text)), number)
else:
    message = ctypes.c_long(number)
    buffer = bytes(message) + text
    identifier = libc.msgget(int(queue, 0), 0)
    failed = identifier < 0 or libc.msgsnd(identifier, buffer, ctypes.c_size_t(len(text)), 0)
if failed:
    sys.exit(os.strerror(ctypes.get_errno()))
