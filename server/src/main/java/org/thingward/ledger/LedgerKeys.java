package org.thingward.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.thingward.platform.Randomness;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.VerifierKey;

/**
 * The keys that sign a log's checkpoints, Ed25519 and ML-DSA-44, and the log's name.
 *
 * <p>Stored as four lines of text: format and version, origin, and for each algorithm its name and
 * its 32-byte seed in base64 (RFC 8032 §5.1.5 private key; FIPS 204 §5.1 seed ξ).
 */
public final class LedgerKeys {
  private static final String FILE = "ledger-keys";
  private static final String FORMAT = "thingward-ledger-keys 1";

  private final String origin;
  private final CheckpointSigner ed25519;
  private final CheckpointSigner mlDsa44;

  private LedgerKeys(String origin, byte[] ed25519Seed, byte[] mlDsaSeed) {
    this.origin = origin;
    this.ed25519 = CheckpointSigner.of(origin, NoteAlgorithm.ED25519, ed25519Seed);
    this.mlDsa44 = CheckpointSigner.of(origin, NoteAlgorithm.ML_DSA_44, mlDsaSeed);
  }

  /**
   * The keys in the file {@code ledger-keys} of {@code folder}, made (readable by this user only)
   * if there is no such file.
   *
   * @throws IOException if the file cannot be read or written, or holds something else
   */
  public static LedgerKeys open(Path folder, Randomness randomness) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      write(folder, randomness);
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 4 || !lines.get(0).equals(FORMAT)) {
      throw new IOException(file + " holds no ledger keys of this version");
    }
    try {
      return new LedgerKeys(
          value(lines.get(1), "origin"),
          Base64.getDecoder().decode(value(lines.get(2), "Ed25519")),
          Base64.getDecoder().decode(value(lines.get(3), "ML-DSA-44")));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " holds no usable ledger keys", e);
    }
  }

  private static void write(Path folder, Randomness randomness) throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    String text =
        "%s\norigin thingward/%s\nEd25519 %s\nML-DSA-44 %s\n"
            .formatted(
                FORMAT,
                randomness.id(),
                base64.encodeToString(randomness.bytes(CheckpointSigner.SEED)),
                base64.encodeToString(randomness.bytes(CheckpointSigner.SEED)));
    Path scratch = folder.resolve(FILE + ".new");
    Files.deleteIfExists(scratch);
    Files.createFile(
        scratch,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(scratch, text, StandardOpenOption.WRITE);
    Disk.MACHINE.forceNames(scratch);
    Disk.MACHINE.move(scratch, folder.resolve(FILE));
    Disk.MACHINE.forceNames(folder);
  }

  private static String value(String line, String name) {
    if (!line.startsWith(name + " ")) {
      throw new IllegalArgumentException("a line begins with " + name);
    }
    return line.substring(name.length() + 1);
  }

  /** The log's name, e.g. {@code thingward/0199…}. */
  public String origin() {
    return origin;
  }

  /** What verifies the log's signatures. */
  public List<VerifierKey> verifiers() {
    return List.of(ed25519.verifier(), mlDsa44.verifier());
  }

  /** {@code head} with both signatures, dated {@code now} to the second. */
  Checkpoint sign(Checkpoint head, Instant now) {
    return head.with(List.of(ed25519.sign(head, now), mlDsa44.sign(head, now)));
  }

  /** The verifier keys as the log publishes them, one a line. */
  byte[] published() {
    return (ed25519.verifier() + "\n" + mlDsa44.verifier() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
