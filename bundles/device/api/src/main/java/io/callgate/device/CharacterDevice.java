// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A character device: see {@link Device}, and {@link Serial}, {@link Entropy}, {@link Tun}, {@link Uio} and
 * {@link VideoCapture} over it.
 */
@ProviderType
public interface CharacterDevice extends Device {}
