package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.thingward.platform.Randomness;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.VerifierKey;

/**
 * The keys that sign a log's checkpoints, Ed25519 and ML-DSA-44, and the log's name.
 *
 * <p>Stored as four lines of text: format and version, origin, and for each algorithm its name and
 * its 32-byte seed in base64 (RFC 8032 §5.1.5 private key; FIPS 204 §5.1 seed ξ). While the keys
 * are being changed a second file of the same form, {@code ledger-keys.next}, holds those that are
 * to follow.
 */
public final class LedgerKeys {
  private static final String FILE = "ledger-keys";
  private static final String NEXT = FILE + ".next";
  private static final String FORMAT = "thingward-ledger-keys 1";

  private final Path folder;
  private final Disk disk;
  private final String origin;
  private final CheckpointSigner ed25519;
  private final CheckpointSigner mlDsa44;

  private LedgerKeys(Path folder, Disk disk, String origin, byte[] ed25519Seed, byte[] mlDsaSeed) {
    this.folder = folder;
    this.disk = disk;
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
    return open(folder, randomness, Disk.MACHINE);
  }

  static LedgerKeys open(Path folder, Randomness randomness, Disk disk) throws IOException {
    if (!exist(folder)) {
      write(folder, disk, FILE, "thingward/" + randomness.id(), randomness);
    }
    return read(folder, disk, FILE);
  }

  /** Whether {@code folder} holds keys. */
  public static boolean exist(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  private static LedgerKeys read(Path folder, Disk disk, String name) throws IOException {
    Path file = folder.resolve(name);
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 4 || !lines.get(0).equals(FORMAT)) {
      throw new IOException(file + " holds no ledger keys of this version");
    }
    try {
      return new LedgerKeys(
          folder,
          disk,
          value(lines.get(1), "origin"),
          Base64.getDecoder().decode(value(lines.get(2), "Ed25519")),
          Base64.getDecoder().decode(value(lines.get(3), "ML-DSA-44")));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " holds no usable ledger keys", e);
    }
  }

  private static void write(
      Path folder, Disk disk, String name, String origin, Randomness randomness)
      throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    String text =
        "%s\norigin %s\nEd25519 %s\nML-DSA-44 %s\n"
            .formatted(
                FORMAT,
                origin,
                base64.encodeToString(randomness.bytes(CheckpointSigner.SEED)),
                base64.encodeToString(randomness.bytes(CheckpointSigner.SEED)));
    Path scratch = folder.resolve(FILE + ".new");
    Files.deleteIfExists(scratch);
    Files.createFile(
        scratch,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (Disk.OpenFile file = disk.open(scratch)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      file.force();
    }
    disk.move(scratch, folder.resolve(name));
    disk.forceNames(folder);
  }

  private static String value(String line, String name) {
    if (!line.startsWith(name + " ")) {
      throw new IllegalArgumentException("a line begins with " + name);
    }
    return line.substring(name.length() + 1);
  }

  /** Makes the keys that are to follow these, and returns once they are durable. */
  LedgerKeys makeNext(Randomness randomness) throws IOException {
    write(folder, disk, NEXT, origin, randomness);
    return read(folder, disk, NEXT);
  }

  /** As {@link #makeNext}, for the log under a new name. */
  LedgerKeys makeSuccessor(Randomness randomness) throws IOException {
    write(folder, disk, NEXT, "thingward/" + randomness.id(), randomness);
    return read(folder, disk, NEXT);
  }

  /**
   * The keys that a change, begun and not completed, left waiting.
   *
   * @throws IOException if they cannot be read
   */
  Optional<LedgerKeys> next() throws IOException {
    if (!Files.exists(folder.resolve(NEXT))) {
      return Optional.empty();
    }
    return Optional.of(read(folder, disk, NEXT));
  }

  /** Puts the keys that wait in the place of these, in one step. */
  void takeOver() throws IOException {
    disk.move(folder.resolve(NEXT), folder.resolve(FILE));
    disk.forceNames(folder);
  }

  /** Deletes the keys that wait: nothing was signed that names them. */
  void dropNext() throws IOException {
    disk.delete(folder.resolve(NEXT));
    disk.forceNames(folder);
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

  /** Whether {@code head} is of this log and bears both signatures. */
  boolean signed(Checkpoint head) {
    return head.origin().equals(origin) && verifiers().stream().allMatch(head::signedBy);
  }

  /** {@code head} with both signatures before those that it has, unless it has them. */
  Checkpoint signToo(Checkpoint head, Instant now) {
    if (signed(head)) {
      return head;
    }
    List<NoteSignature> lines = new ArrayList<>(sign(head, now).signatures());
    lines.addAll(head.signatures());
    return head.with(lines.subList(0, Math.min(lines.size(), Checkpoint.MAX_SIGNATURES)));
  }

  /** The verifier keys as the log publishes them, one a line. */
  byte[] published() {
    return (ed25519.verifier() + "\n" + mlDsa44.verifier() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
