// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's own news: links, addresses, routes, neighbours and rules, families by name, and devices that come and go.
 *
 * <p>An application that wants to know when a link goes down registers a listener; nothing else is needed:
 *
 * <pre>{@code
 * @Component(property = "netlink.filter=(!(kind=veth))")
 * public final class Cables implements LinkListener {
 *
 *     @Override
 *     public void existing(List<Link> links) {
 *         links.forEach(this::added);
 *     }
 *
 *     @Override
 *     public void added(Link link) {
 *         show(link);
 *     }
 *
 *     @Override
 *     public void changed(Link before, Link now) {
 *         if (before.state() != now.state()) {
 *             show(now);
 *         }
 *     }
 *
 *     @Override
 *     public void removed(Link link) {
 *         System.out.println(link.name() + " has gone");
 *     }
 *
 *     private void show(Link link) {
 *         System.out.println(link.name() + " is " + link.state().word());
 *     }
 * }
 * }</pre>
 *
 * <p>A gateway that sets itself up: {@code rtnetlink.put(Address.of(rtnetlink.link("eth0").index(), IpPrefix.of("192.168.1.2/24")))}.
 */
@Export
@Version("0.1.0")
package io.callgate.netlink;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
