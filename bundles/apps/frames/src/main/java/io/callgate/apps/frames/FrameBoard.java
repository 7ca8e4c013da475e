// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.frames;

import io.callgate.device.VideoCapture.Format;
import io.callgate.platform.Table;
import io.callgate.shm.Board;
import io.callgate.shm.RingGoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A board with the newest frame: a header of 32 bytes, all numbers in native byte order, and then the image. Thread safe.
 *
 * <pre>
 *  0 u32 sequence, the source's; a gap is of frames that it lost
 *  4 char[4] pixel format, for example YUYV
 *  8 u64 when it was captured, in ns on CLOCK_MONOTONIC
 * 16 u32 width in pixels
 * 20 u32 height in lines
 * 24 u32 bytes from one line to the next; 0 if the format has no lines
 * 28 u32 bytes of the image
 * </pre>
 */
final class FrameBoard {

    private static final int HEADER_BYTES = 32;

    private final Board board;
    private final Format format;
    private final ByteBuffer value;
    private final byte[] fourcc;
    private int last; // the sequence number before, if there were any
    private long frames;
    private long lost;
    private long damaged;

    /** @throws IllegalStateException if the board has no room for a frame */
    FrameBoard(Board board, Format format) {
        int bytes = HEADER_BYTES + format.imageBytes();
        if (board.maxBytes() < bytes) {
            throw new IllegalStateException(
                    "a frame of %d x %d %s needs %d bytes, and the board %s (%s) has %d: delete the file, and set its maxBytes"
                            .formatted(
                                    format.width(),
                                    format.height(),
                                    format.fourcc(),
                                    bytes,
                                    board.name(),
                                    board.path(),
                                    board.maxBytes()));
        }
        this.board = board;
        this.format = format;
        this.fourcc = format.fourcc().getBytes(StandardCharsets.US_ASCII);
        this.value = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Writes a frame; a damaged one is counted only. @param image from position to limit */
    synchronized void write(int sequence, long nanos, boolean isDamaged, ByteBuffer image) throws RingGoneException {
        lost += frames + damaged == 0 ? 0 : Integer.toUnsignedLong(sequence - last - 1);
        last = sequence;
        if (isDamaged) {
            damaged++;
            return;
        }
        value.clear().putInt(sequence).put(fourcc).putLong(nanos);
        value.putInt(format.width()).putInt(format.height()).putInt(format.lineBytes());
        value.putInt(image.remaining()).put(image);
        board.write(value.flip());
        frames++;
    }

    /** One line. */
    synchronized String status(Object source) {
        String size = format.width() + "x" + format.height() + " " + format.fourcc();
        Table table = new Table("SOURCE", "FORMAT", "FRAMES", "LOST", "DAMAGED", "BOARD");
        return table.row(source, size, frames, lost, damaged, board.path()).toString();
    }
}
