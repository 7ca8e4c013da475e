// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.url.AbstractURLStreamHandlerService;
import org.osgi.service.url.URLConstants;
import org.osgi.service.url.URLStreamHandlerService;

/**
 * Makes the locations of the product's bundles URLs, so that a bundle which is updated without a stream, as by the
 * command {@code update ID}, is read from its jar again. A location that the start list does not name is no file here,
 * whatever is beside it in the image.
 */
final class ImageLocations extends AbstractURLStreamHandlerService {

    private final Image image;

    private ImageLocations(Image image) {
        this.image = image;
    }

    static void register(BundleContext framework, Image image) {
        framework.registerService(
                URLStreamHandlerService.class,
                new ImageLocations(image),
                new Hashtable<>(Map.of(URLConstants.URL_HANDLER_PROTOCOL, StartList.Entry.SCHEME)));
    }

    @Override
    public URLConnection openConnection(URL url) throws IOException {
        String location = url.toExternalForm();
        for (StartList.Entry entry : image.startList().entries()) {
            if (entry.location().equals(location)) {
                return image.jar(entry).toUri().toURL().openConnection();
            }
        }
        throw new FileNotFoundException(location + " is not in " + image.home().resolve(StartList.FILE));
    }
}
