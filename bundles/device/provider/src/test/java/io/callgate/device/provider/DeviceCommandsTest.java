// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.DeviceNumber.Kind;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.testing.FakeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceCommandsTest {

    @TempDir
    Path folder;

    private Machine machine;
    private DeviceCommands commands;
    private boolean silent;

    private final class Driver implements FakeFile {

        private final byte[] content = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);

        @Override
        public int read(ByteBuffer into, long position) {
            if (silent) {
                return LinuxFiles.WOULD_BLOCK;
            }
            int from = (int) Math.min(position, content.length);
            int length = Math.min(into.remaining(), content.length - from);
            into.put(content, from, length);
            return length;
        }

        @Override
        public int ioctl(Ioctl request, long argument) {
            return (int) argument + 1;
        }

        @Override
        public int ioctl(Ioctl request, ByteBuffer argument) {
            for (int i = 0; i < argument.capacity(); i++) {
                argument.put(i, (byte) (argument.get(i) + 1));
            }
            return 0;
        }
    }

    @BeforeEach
    void threeDevices() throws IOException {
        machine = new Machine(folder);
        machine.sys(Kind.BLOCK, "7:0", "loop0", "block");
        machine.sys(Kind.CHARACTER, "4:64", "ttyS0", "tty");
        machine.node("loop0", Machine.BLOCK, 7, 0, Driver::new);
        machine.node("ttyS0", Machine.CHARACTER, 4, 64, Driver::new);
        machine.mounted("7:0", "/mnt", "/dev/loop0");
        commands = new DeviceCommands(machine.opener());
        commands.configured = List.of(
                machine.configure("line", "ttyS0", "access", "read-write"),
                machine.configure("disk", "loop0"),
                machine.configure("absent", "ttyUSB0"));
    }

    @Test
    void listIsSortedAndAlignedAndSaysWhyNot() throws IOException {
        String[] lines = commands.list(false).split("\n");
        assertThat(lines).hasSize(4);
        assertThat(lines[0]).matches("NAME +PATH +NUMBER +ACCESS +STATE");
        assertThat(lines[1]).matches("absent +\\S+/ttyUSB0 +- +- +waiting: there is no .*");
        assertThat(lines[2]).matches("disk +\\S+/loop0 +block 7:0 +read +live");
        assertThat(lines[3]).matches("line +\\S+/ttyS0 +char 4:64 +write +live");
    }

    @Test
    void theKernelsDevicesAreListedAndNoneIsOpened() throws IOException {
        int before = machine.opens.get();
        String[] lines = commands.list(true).split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[1]).matches("/dev/loop0 +block 7:0 +block +1048576 +mounted on /mnt");
        assertThat(lines[2]).matches("/dev/ttyS0 +char 4:64 +tty +- +-");
        assertThat(machine.opens).hasValue(before);
    }

    @Test
    void infoOfAPathOpensNothing() throws IOException {
        int before = machine.opens.get();
        assertThat(commands.info(machine.dev.resolve("loop0").toString()))
                .containsPattern("number +block 7:0")
                .containsPattern("size +1048576 bytes")
                .containsPattern("use +mounted on /mnt");
        assertThat(machine.opens).hasValue(before);
        assertThatThrownBy(() -> commands.info("/dev/none")).hasMessageStartingWith("there is no /dev/none");
        assertThatThrownBy(() -> commands.info(machine.root.toString()))
                .hasMessageEndingWith("is a directory, no device");
    }

    @Test
    void infoOfAServiceSaysHowItWasOpened() throws IOException {
        assertThat(commands.info("line"))
                .containsPattern("state +live")
                .containsPattern("subsystem +tty")
                .containsPattern("opened for +reading and writing");
        assertThat(commands.info("absent")).containsPattern("state +waiting: there is no");
    }

    @Test
    void hexdumpIsThatOfHexdump() throws IOException {
        assertThat(commands.hexdump("disk", "2", "18")).isEqualTo("""
                        00000002  32 33 34 35 36 37 38 39  61 62 63 64 65 66 67 68  |23456789abcdefgh|
                        00000012  69 6a                                             |ij|
                        00000014""");
        silent = true;
        assertThat(commands.hexdump("line")).isEqualTo("nothing to read now");
        assertThatThrownBy(() -> commands.hexdump("disk", "x", "1")).hasMessage("position \"x\" is no number");
        assertThatThrownBy(() -> commands.hexdump("disk", "0", "70000"))
                .hasMessage("length 70000 is not from 0 to 65536");
    }

    @Test
    void ioctlShowsResultAndStructure() throws IOException {
        assertThat(commands.ioctl("line", "0x5421", "4")).isEqualTo("5");
        assertThat(commands.ioctl("line", "io:T:1")).isEqualTo("1");
        assertThat(commands.ioctl("line", "iowr:T:0x54:4", "x0102ff")).startsWith("0\n00000000  02 03 00 01 ");
        assertThat(commands.ioctl("line", "ior:T:0x54:2")).startsWith("0\n00000000  01 01 ");
        assertThatThrownBy(() -> commands.ioctl("line", "iow:T:1:4", "5"))
                .hasMessageContaining("a structure of 4 bytes");
        assertThatThrownBy(() -> commands.ioctl("line", "iow:T:1:4", "x5")).hasMessageContaining("pairs of hex digits");
    }

    @ParameterizedTest
    @CsvSource({
        "0x1268,1268",
        "iowr:T:0x54:4,c0045454",
        "ior:0x12:114:8,80081272",
        "iow:T:202:4,400454ca",
        "0xffffffff,ffffffff"
    })
    void requestsAreBuiltAsInC(String word, String number) {
        assertThat(Integer.toHexString(RequestWord.parse(word).number())).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "TCGETS", "ior:T:1", "iox:T:1:4", "io:T:256", "ior:TT:1:4", "ior:T:1:16384", "0x1ffffffff"})
    void whatIsNoRequestIsSaidSo(String word) {
        assertThatThrownBy(() -> RequestWord.parse(word)).hasMessageStartingWith("\"" + word + "\" is no request: ");
    }

    @Test
    void namesAreHelpedWith() {
        assertThatThrownBy(() -> commands.hexdump("dsik"))
                .hasMessageStartingWith("no device \"dsik\" is configured, did you mean disk?");
        assertThatThrownBy(() -> commands.hexdump("absent")).hasMessageStartingWith("absent is waiting: there is no ");
    }
}
