package org.thingward.network;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hardware address of one interface: an EUI-48 (IEEE 802), in lower case with colons.
 *
 * @param text as {@code 02:00:5e:10:00:01}
 */
record MacAddress(String text) implements Comparable<MacAddress> {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5}");
  private static final String NOBODYS = "00:00:00:00:00:00";
  private static final int OF_A_GROUP = 1;

  /**
   * What {@code text} names, with colons or hyphens; empty if it is no address of one interface.
   */
  static Optional<MacAddress> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    String plain = text.toLowerCase(Locale.ROOT).replace('-', ':');
    boolean ofOne = (Character.digit(plain.charAt(1), 16) & OF_A_GROUP) == 0;
    return ofOne && !plain.equals(NOBODYS) ? Optional.of(new MacAddress(plain)) : Optional.empty();
  }

  @Override
  public int compareTo(MacAddress other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
