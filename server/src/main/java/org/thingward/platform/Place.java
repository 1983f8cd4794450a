package org.thingward.platform;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Where on the network something speaks from, no closer than is needed to tell two places apart:
 * the first 24 bits of an IPv4 address, the first 48 of an IPv6 one, which is what one site has. No
 * whole address is kept.
 *
 * @param name the network, e.g. {@code 192.0.2.0/24}
 * @param six whether its addresses are of IPv6
 */
public record Place(String name, boolean six) {
  private static final int BYTES_4 = 3;
  private static final int BYTES_6 = 6;

  /** The place of an address. */
  public static Place of(InetAddress address) {
    boolean six = address instanceof Inet6Address;
    int bytes = six ? BYTES_6 : BYTES_4;
    byte[] begin = Arrays.copyOf(Arrays.copyOf(address.getAddress(), bytes), six ? 16 : 4);
    return new Place(text(begin) + "/" + bytes * 8, six);
  }

  /** The place of an address as it is written, e.g. {@code 192.0.2.7} or {@code 2001:db8::1}. */
  public static Place of(String address) {
    return of(InetAddress.ofLiteral(address));
  }

  private static String text(byte[] address) {
    if (address.length == 4) {
      return "%d.%d.%d.%d"
          .formatted(address[0] & 0xFF, address[1] & 0xFF, address[2] & 0xFF, address[3] & 0xFF);
    }
    // The rest is zero, and written as "::" (RFC 5952).
    return "%x:%x:%x::"
        .formatted(
            (address[0] & 0xFF) << 8 | address[1] & 0xFF,
            (address[2] & 0xFF) << 8 | address[3] & 0xFF,
            (address[4] & 0xFF) << 8 | address[5] & 0xFF);
  }

  /**
   * Whether these are two places. One device may speak by IPv4 and by IPv6 at once: what differs in
   * that says nothing.
   */
  public boolean isApartFrom(Place other) {
    return six == other.six && !name.equals(other.name);
  }
}
