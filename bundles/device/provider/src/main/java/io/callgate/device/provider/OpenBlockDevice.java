// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.BlockDevice;
import io.callgate.device.CType;
import io.callgate.device.Holder;
import io.callgate.device.Loop;
import io.callgate.linux.Architecture;
import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.util.List;

/**
 * An open block device.
 *
 * @see <a href="https://github.com/torvalds/linux/blob/v6.1/include/uapi/linux/fs.h">linux/fs.h</a>
 */
final class OpenBlockDevice extends OpenDevice implements BlockDevice {

    static final Ioctl BLKROGET = Ioctl.io((char) 0x12, 94);
    static final Ioctl BLKSSZGET = Ioctl.io((char) 0x12, 104);
    static final Ioctl BLKDISCARD = Ioctl.io((char) 0x12, 119);
    static final Ioctl BLKPBSZGET = Ioctl.io((char) 0x12, 123);

    private final BlockUse use;
    private final LoopFile file;
    private final boolean direct;

    OpenBlockDevice(Opened opened, BlockUse use, LoopFile file, boolean direct) {
        super(opened);
        this.use = use;
        this.file = file;
        this.direct = direct;
    }

    /** The number states a size_t, whatever that is, but it is a u64 that the kernel writes. */
    static Ioctl blkgetsize64(Architecture architecture) {
        return Ioctl.ior((char) 0x12, 114, CType.ULONG.size(architecture));
    }

    /** To the page, which suits every sector size there is. */
    @Override
    public NativeBuffer allocate(int bytes) {
        return direct ? memory().allocate(bytes, memory().pageSize()) : memory().allocate(bytes);
    }

    @Override
    void done(Ioctl request) {
        if (request.number() == Loop.LOOP_CONFIGURE.number()) {
            attached();
        } else if (request.number() == Loop.LOOP_CLR_FD.number()) {
            file.detach();
            suspect();
        }
    }

    private void attached() {
        try {
            file.look();
        } catch (IOException e) {
            suspect(); // who looks again says it, if it fails again
        }
    }

    @Override
    public long sizeBytes() throws IOException {
        NativeBuffer size = memory().allocate(Long.BYTES);
        ioctl(blkgetsize64(Architecture.current()), size, 0);
        return size.bytes().getLong(0);
    }

    @Override
    public int logicalSectorBytes() throws IOException {
        return number(BLKSSZGET);
    }

    @Override
    public int physicalSectorBytes() throws IOException {
        return number(BLKPBSZGET);
    }

    @Override
    public boolean isReadOnly() throws IOException {
        return number(BLKROGET) != 0;
    }

    private int number(Ioctl request) throws IOException {
        NativeBuffer number = memory().allocate(Integer.BYTES);
        ioctl(request, number, 0);
        return number.bytes().getInt(0);
    }

    @Override
    public boolean isDirect() {
        return direct;
    }

    @Override
    public void discard(long position, long length) throws IOException {
        NativeBuffer range = memory().allocate(2 * Long.BYTES);
        range.bytes().putLong(0, position).putLong(Long.BYTES, length);
        ioctl(BLKDISCARD, range, 0);
    }

    @Override
    public void flush() throws IOException {
        try {
            calls().call("fsync", fd());
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public List<Holder> holders() throws IOException {
        return use.of(number());
    }
}
