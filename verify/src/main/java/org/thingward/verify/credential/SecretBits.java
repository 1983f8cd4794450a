package org.thingward.verify.credential;

import java.util.Locale;

/**
 * An upper estimate of how many bits a secret has for who guesses: what it would have if it was
 * made by chance of the kinds of characters in it, where what only repeats or goes on counting
 * (aaa, 1234, qwerty) and the user's own name in it count as one character.
 */
final class SecretBits {
  private static final String KEYBOARD = "qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm";
  private static final int LOWER = 26;
  private static final int UPPER = 26;
  private static final int DIGITS = 10;
  private static final int MARKS = 33;
  private static final int OTHER = 128;
  private static final int HEX = 16;

  private SecretBits() {}

  static int of(String user, String secret) {
    String rest = withoutName(secret.strip(), user.strip());
    return (int) Math.floor(steps(rest) * Math.log(kinds(rest)) / Math.log(2));
  }

  private static String withoutName(String secret, String user) {
    int at = user.length() < 3 ? -1 : lower(secret).indexOf(lower(user));
    return at < 0 ? secret : secret.substring(0, at) + "." + secret.substring(at + user.length());
  }

  /** How many characters do not follow from the one before. */
  private static int steps(String text) {
    String lower = lower(text);
    int steps = 0;
    for (int i = 0; i < lower.length(); i++) {
      if (i == 0 || !follows(lower.charAt(i - 1), lower.charAt(i))) {
        steps++;
      }
    }
    return steps;
  }

  private static boolean follows(char before, char next) {
    return Math.abs(next - before) <= 1
        || KEYBOARD.contains("" + before + next)
        || KEYBOARD.contains("" + next + before);
  }

  private static int kinds(String text) {
    if (text.matches("(?:[0-9a-f]*|[0-9A-F]*)") && text.matches(".*[A-Fa-f].*")) {
      return HEX;
    }
    int kinds = 1;
    kinds += text.matches("(?s).*[a-z].*") ? LOWER : 0;
    kinds += text.matches("(?s).*[A-Z].*") ? UPPER : 0;
    kinds += text.matches("(?s).*[0-9].*") ? DIGITS : 0;
    kinds += text.matches("(?s).*[\\x20-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e].*") ? MARKS : 0;
    kinds += text.matches("(?s).*[^\\x20-\\x7e].*") ? OTHER : 0;
    return kinds;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
