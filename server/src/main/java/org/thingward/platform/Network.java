package org.thingward.platform;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses with a common beginning, as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * <p>Addresses of this machine, of its links (where clouds answer for a machine's metadata) and of
 * groups are in a network only if it holds nothing else: {@code 0.0.0.0/0} does not mean them.
 */
public record Network(InetAddress begin, int bits) {
  private static final int SHORTEST = 8;
  private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]{2,45})/([0-9]{1,3})");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the text is no network
   */
  public static Network parse(String text) {
    Matcher matcher = FORM.matcher(text);
    try {
      if (matcher.matches()) {
        // Digits, dots and colons alone: no name is looked up.
        InetAddress begin = InetAddress.getByName(matcher.group(1));
        int bits = Integer.parseInt(matcher.group(2));
        if (bits <= begin.getAddress().length * 8) {
          return new Network(begin, bits);
        }
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(malformed(text), e);
    }
    throw new IllegalArgumentException(malformed(text));
  }

  /** Whether the address is in it. */
  public boolean has(InetAddress address) {
    return begins(address) && (isOrdinary(address) || holdsNothingOrdinary());
  }

  /** Shorter than this, a network is more than any of the ranges that mean something else. */
  private boolean holdsNothingOrdinary() {
    return bits >= SHORTEST && !isOrdinary(begin);
  }

  private boolean begins(InetAddress address) {
    byte[] here = begin.getAddress();
    byte[] there = address.getAddress();
    int whole = bits / 8;
    if (here.length != there.length || !Arrays.equals(here, 0, whole, there, 0, whole)) {
      return false;
    }
    int left = bits % 8;
    return left == 0 || ((here[whole] ^ there[whole]) & 0xFF) >> (8 - left) == 0;
  }

  private static boolean isOrdinary(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !address.isAnyLocalAddress()
        && !isMetadata(address);
  }

  /** Where Amazon's machines ask over IPv6, in the range of private addresses; and broadcast. */
  private static boolean isMetadata(InetAddress address) {
    String text = address.getHostAddress();
    return text.equals("fd00:ec2:0:0:0:0:0:254")
        || text.equals("255.255.255.255")
        || text.equals("100.100.100.200");
  }

  private static String malformed(String text) {
    return "'" + text + "' is no network: write ADDRESS/BITS, e.g. 10.0.0.0/8";
  }
}
