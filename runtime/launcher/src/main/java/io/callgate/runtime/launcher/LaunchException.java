// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** The launcher cannot do what was asked. The message is one line that says why and what mends it. */
final class LaunchException extends Exception {

    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    LaunchException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    LaunchException(String message, Throwable cause) {
        super(message, cause);
        this.exitCode = ExitCode.FAILED;
    }

    /** A file or folder that would not do, with the kernel's own reason and the line that mends it. */
    static LaunchException of(Path file, IOException cause, String mend) {
        return new LaunchException(file + ": " + reason(cause) + "; " + mend, cause);
    }

    /** The kernel's words if the JDK kept them ("Read-only file system"), or made exceptions of them. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException fs) {
            return fs.getReason() != null ? fs.getReason() : reasonOf(fs);
        }
        return e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
    }

    private static String reasonOf(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
            return "a file is in the way";
        }
        return e.getClass().getSimpleName().replace("Exception", "");
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
