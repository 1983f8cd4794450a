package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.verify.tpm.TpmAlgorithm;

/**
 * The files that Linux measured before it ran or read them (IMA), as {@code
 * /sys/kernel/security/ima/ascii_runtime_measurements} shows them, of templates {@code ima-ng} and
 * {@code ima-sig}. It tells more only as long as it grows: a quote says how far.
 *
 * @param entries in their order
 */
public record ImaList(List<Entry> entries) {
  /** Bytes of the largest that is read. */
  public static final int LARGEST = 64 << 20;

  /** Into which PCR Linux extends it. */
  public static final int PCR = 10;

  private static final int LONGEST_PATH = 4_096;
  private static final Pattern LINE =
      Pattern.compile(
          "(\\d{1,2}) ([0-9a-f]{40,128}) (ima-ng|ima-sig) ([a-z0-9_-]{1,16}):([0-9a-f]{0,128}) (.*)");
  private static final Pattern SIGNED = Pattern.compile("(.*) ([0-9a-f]*)");

  /**
   * One file.
   *
   * @param template its template's digest, as the list has it
   * @param hash the name of the hash of the file, e.g. {@code sha256}
   * @param digest of the file, in hexadecimal digits
   * @param path where it was
   * @param signature the file's, in hexadecimal digits; empty if it has none
   * @param isSigned whether the template has a place for one
   */
  public record Entry(
      String template,
      String hash,
      String digest,
      String path,
      String signature,
      boolean isSigned) {
    /** Whether the kernel measured a file while it was written to: it stands for no content. */
    public boolean isViolation() {
      return template.matches("0+");
    }

    private void requireItsDigest(int index) {
      TpmAlgorithm listed = template.length() == 40 ? TpmAlgorithm.SHA1 : TpmAlgorithm.SHA256;
      if (!isViolation() && !HexFormat.of().formatHex(listed.digest(fields())).equals(template)) {
        throw new BootLogRefused(
            "list of files, entry %d: its digest is of other fields".formatted(index + 1));
      }
    }

    /** What the kernel makes a digest of: each field with its length before it. */
    private byte[] fields() {
      byte[] name = (hash + ":\0").getBytes(UTF_8);
      byte[] file = HexFormat.of().parseHex(digest);
      byte[] where = (path + "\0").getBytes(UTF_8);
      byte[] signed = HexFormat.of().parseHex(signature);
      ByteBuffer out =
          ByteBuffer.allocate(12 + name.length + file.length + where.length + signed.length)
              .order(ByteOrder.LITTLE_ENDIAN);
      out.putInt(name.length + file.length).put(name).put(file);
      out.putInt(where.length).put(where);
      if (isSigned) {
        out.putInt(signed.length).put(signed);
      }
      return Arrays.copyOf(out.array(), out.position());
    }
  }

  public ImaList {
    entries = List.copyOf(entries);
  }

  /**
   * Reads one.
   *
   * @throws BootLogRefused if it is none, with the line
   */
  public static ImaList read(byte[] bytes) {
    if (bytes.length > LARGEST) {
      throw new BootLogRefused("a list of files of more than " + LARGEST + " bytes");
    }
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String line : new String(bytes, UTF_8).split("\n", -1)) {
      number++;
      if (!line.isEmpty()) {
        entries.add(entry(line, number));
      }
    }
    return new ImaList(entries);
  }

  private static Entry entry(String line, int number) {
    Matcher found = LINE.matcher(line);
    if (!found.matches() || Integer.parseInt(found.group(1)) != PCR) {
      throw new BootLogRefused("list of files, line %d: not of IMA's forms".formatted(number));
    }
    boolean signed = found.group(3).equals("ima-sig");
    Matcher parts = SIGNED.matcher(found.group(6));
    boolean both = signed && parts.matches();
    String path = both ? parts.group(1) : found.group(6);
    String signature = both ? parts.group(2) : "";
    if (path.length() > LONGEST_PATH
        || signature.length() % 2 != 0
        || found.group(5).length() % 2 != 0) {
      throw new BootLogRefused(
          "list of files, line %d: a part of a wrong length".formatted(number));
    }
    return new Entry(found.group(2), found.group(4), found.group(5), path, signature, signed);
  }

  /**
   * How many of its entries give the value that is quoted of PCR 10; what follows them came later.
   *
   * @param bank the hash of the quoted bank
   * @param quoted the value, in hexadecimal digits
   * @throws BootLogRefused if none do: entries were left out or changed
   */
  public int requireAgreement(TpmAlgorithm bank, String quoted) {
    byte[] wanted = HexFormat.of().parseHex(quoted);
    OptionalInt told = agreement(bank, wanted, entry -> bank.digest(entry.fields()));
    if (told.isEmpty()) {
      // Linux before 5.8 extends each bank by the SHA-1 digest and zeros.
      told =
          agreement(
              bank,
              wanted,
              entry -> Arrays.copyOf(TpmAlgorithm.SHA1.digest(entry.fields()), bank.length()));
    }
    return told.orElseThrow(() ->
        new BootLogRefused(
            "the list of files does not give the quoted value of PCR %d of bank %s"
                .formatted(PCR, bank.word())));
  }

  private OptionalInt agreement(
      TpmAlgorithm bank, byte[] wanted, Function<Entry, byte[]> extended) {
    byte[] value = new byte[bank.length()];
    for (int i = 0; i <= entries.size(); i++) {
      if (MessageDigest.isEqual(value, wanted)) {
        return OptionalInt.of(i);
      }
      if (i < entries.size()) {
        Entry entry = entries.get(i);
        entry.requireItsDigest(i);
        value = bank.digest(value, entry.isViolation() ? ones(bank) : extended.apply(entry));
      }
    }
    return OptionalInt.empty();
  }

  private static byte[] ones(TpmAlgorithm bank) {
    byte[] ones = new byte[bank.length()];
    Arrays.fill(ones, (byte) 0xFF);
    return ones;
  }
}
