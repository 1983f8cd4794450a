package org.thingward.bench;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SortedMap;
import org.thingward.trust.Subject;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.tpm.TpmAlgorithm;

/**
 * A device that quotes over any nonce: the structures are those that a real TPM made (the artefacts
 * of the module {@code verify}), with its own key, nonce and clock in their places, over the event
 * log of a real boot.
 */
final class QuotingDevice {
  private static final byte[] AREA = artefact("tpm/ak.pub");
  private static final byte[] ATTEST = artefact("tpm/quote.msg");
  private static final byte[] LOG = artefact("boot/event-arch-linux.bin");
  private static final String LOG_TEXT = Base64.getEncoder().encodeToString(LOG);
  private static final byte[] VALUES = values();

  /** TPMS_ATTEST (TPM 2.0 Part 2, 10.12.8): before the nonce stand magic, type and signer. */
  private static final int NONCE = 4 + 2 + 2 + 34;

  /** Clock, resets, restarts, safe; firmware's version. */
  private static final int TIME = 8 + 4 + 4 + 1;

  private final Subject subject;
  private final KeyPair key = BenchIdentity.keyPair();
  private final byte[] area = area((ECPublicKey) key.getPublic());
  private long milliseconds = 10_000;

  QuotingDevice(Subject subject) {
    this.subject = subject;
  }

  Subject subject() {
    return subject;
  }

  /** Its attestation key's public area, without its length. */
  byte[] attestationKey() {
    return Arrays.copyOfRange(area, 2, area.length);
  }

  /** The body of a request to the route of quotes. */
  byte[] quote(byte[] nonce) {
    byte[] attest = attest(nonce);
    String body =
        "{\"ak\":\"%s\",\"quote\":\"%s\",\"signature\":\"%s\",\"pcrs\":\"%s\",\"event-log\":\"%s\"}"
            .formatted(text(area), text(attest), text(signature(attest)), text(VALUES), LOG_TEXT);
    return body.getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] attest(byte[] nonce) {
    int time = NONCE + 2 + (ATTEST[NONCE] << 8 | ATTEST[NONCE + 1]);
    milliseconds += 1_000;
    ByteBuffer out = ByteBuffer.allocate(ATTEST.length + nonce.length + 64);
    out.put(ATTEST, 0, NONCE).putShort((short) nonce.length).put(nonce);
    out.putLong(milliseconds).put(ATTEST, time + 8, TIME - 8 + 8);
    // One bank, SHA-256, PCRs 0 to 7; then the digest over their values.
    out.putInt(1).putShort((short) 0x000b).put(new byte[] {3, (byte) 0xff, 0, 0});
    out.putShort((short) 32).put(sha256(VALUES));
    byte[] attest = new byte[out.position()];
    out.flip().get(attest);
    return attest;
  }

  /** TPMT_SIGNATURE: ECDSA, SHA-256, and both numbers with their lengths. */
  private byte[] signature(byte[] attest) {
    try {
      Signature signature =
          Signature.getInstance("SHA256withECDSAinP1363Format", BenchIdentity.CRYPTO);
      signature.initSign(key.getPrivate());
      signature.update(attest);
      byte[] both = signature.sign();
      return ByteBuffer.allocate(4 + 2 + 32 + 2 + 32)
          .putShort((short) 0x0018)
          .putShort((short) 0x000b)
          .putShort((short) 32)
          .put(both, 0, 32)
          .putShort((short) 32)
          .put(both, 32, 32)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a quote cannot be signed", e);
    }
  }

  /** The real key's area with another point at its end. */
  private static byte[] area(ECPublicKey key) {
    byte[] area = AREA.clone();
    coordinate(key.getW().getAffineX(), area, area.length - 66);
    coordinate(key.getW().getAffineY(), area, area.length - 32);
    return area;
  }

  private static void coordinate(BigInteger number, byte[] area, int at) {
    byte[] bytes = number.toByteArray();
    int from = Math.max(0, bytes.length - 32);
    Arrays.fill(area, at, at + 32, (byte) 0);
    System.arraycopy(bytes, from, area, at + 32 - (bytes.length - from), bytes.length - from);
  }

  /** What PCRs 0 to 7 are after the boot that the log tells of. */
  private static byte[] values() {
    SortedMap<Integer, String> replayed = BootLog.read(LOG).replay(TpmAlgorithm.SHA256);
    ByteBuffer all = ByteBuffer.allocate(8 * 32);
    for (int pcr = 0; pcr < 8; pcr++) {
      all.put(HexFormat.of().parseHex(replayed.getOrDefault(pcr, "0".repeat(64))));
    }
    return all.array();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] artefact(String name) {
    String path = "/org/thingward/verify/" + name;
    try (InputStream in = Objects.requireNonNull(QuotingDevice.class.getResourceAsStream(path))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(path + " cannot be read", e);
    }
  }
}
