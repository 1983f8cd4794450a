package org.thingward.verify.log;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * One signature line of a signed note (C2SP signed-note).
 *
 * @param name the key's name
 * @param keyId the key's id, four bytes
 * @param base64 the signature, in base64; at most 8 KiB of text
 */
public record NoteSignature(String name, int keyId, String base64) {
  private static final String DASH = "\u2014 ";
  private static final int MAX_TEXT = 8_192;
  private static final int ID_LENGTH = 4;

  /** Checks the form; throws {@link IllegalArgumentException} saying what is wrong. */
  public NoteSignature {
    VerifierKey.requireName(name);
    if (base64.length() > MAX_TEXT) {
      throw new IllegalArgumentException("a signature has at most 8192 characters");
    }
    if (Strict.decode(base64).length == 0) {
      throw new IllegalArgumentException("a signature is not empty");
    }
  }

  /** A signature by the key with this name and id. */
  public static NoteSignature of(String name, int keyId, byte[] signature) {
    return new NoteSignature(name, keyId, Base64.getEncoder().encodeToString(signature));
  }

  /** The bytes of the signature. */
  public byte[] signature() {
    return Strict.decode(base64);
  }

  /** The key's id as eight hex digits. */
  public String keyIdHex() {
    return HexFormat.of().toHexDigits(keyId);
  }

  /** The line of the note, without its end. */
  public String line() {
    byte[] signature = signature();
    byte[] both = new byte[ID_LENGTH + signature.length];
    for (int i = 0; i < ID_LENGTH; i++) {
      both[i] = (byte) (keyId >>> (8 * (ID_LENGTH - 1 - i)));
    }
    System.arraycopy(signature, 0, both, ID_LENGTH, signature.length);
    return DASH + name + " " + Base64.getEncoder().encodeToString(both);
  }

  /** Reads a line; throws {@link IllegalArgumentException} if it has another form. */
  public static NoteSignature parse(String line) {
    int space = line.indexOf(' ', DASH.length());
    if (!line.startsWith(DASH) || space < 0) {
      throw new IllegalArgumentException("a signature line reads: \u2014 NAME BASE64");
    }
    byte[] both = Strict.decode(line.substring(space + 1));
    if (both.length <= ID_LENGTH) {
      throw new IllegalArgumentException("a signature line holds a key id and a signature");
    }
    int keyId = 0;
    for (int i = 0; i < ID_LENGTH; i++) {
      keyId = keyId << 8 | (both[i] & 0xff);
    }
    byte[] signature = Arrays.copyOfRange(both, ID_LENGTH, both.length);
    return of(line.substring(DASH.length(), space), keyId, signature);
  }

  /** Base64 in its one right form, so that no bit of a note can change unseen. */
  static final class Strict {
    private Strict() {}

    static byte[] decode(String text) {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
        throw new IllegalArgumentException("base64 with superfluous bits");
      }
      return bytes;
    }
  }
}
