// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticeTest {

    @TempDir
    private Path folder;

    private String notice(Map<String, String> manifest, String licence) throws IOException {
        Notice notice = new Notice("0.1.0");
        notice.add(SmallJar.write(folder.resolve("x-1.jar"), manifest, licence));
        return notice.text();
    }

    @Test
    void tellsNameMakerAndLicence() throws IOException {
        assertThat(notice(
                        Map.of(
                                "Bundle-Name",
                                "X",
                                "Bundle-Vendor",
                                "The X People",
                                "Bundle-License",
                                "https://x/licence"),
                        null))
                .startsWith("Callgate 0.1.0\n")
                .contains("x-1.jar: X, The X People\n    https://x/licence\n");
    }

    @Test
    void takesTheLicenceOfTheFileIfTheManifestHasNone() throws IOException {
        assertThat(notice(Map.of(), "SPDX-License-Identifier: Apache-2.0 OR LGPL-2.1-or-later\n\nText"))
                .contains("\n    Apache-2.0 OR LGPL-2.1-or-later\n");
        assertThat(notice(Map.of(), "Text")).contains("\n    see META-INF/LICENSE in the jar\n");
        assertThat(notice(Map.of(), null)).contains("\n    its jar names no licence; ask its maker\n");
    }

    @Test
    void readsTheFormsOfTheHeader() {
        assertThat(Notice.inWords("\"Apache License, Version 2.0\";link=\"https://a/2.0\""))
                .isEqualTo("Apache License, Version 2.0 (https://a/2.0)");
        assertThat(Notice.inWords("Apache-2.0;description=\"This; and, that\";link=\"https://a/2.0\""))
                .isEqualTo("Apache-2.0 (https://a/2.0)");
        assertThat(Notice.inWords("https://epl, https://gpl")).isEqualTo("https://epl, https://gpl");
    }
}
