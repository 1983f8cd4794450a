package org.thingward.verify.witness;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.VerifierKey;

/**
 * The keys with which a witness cosigns: Ed25519 ({@code cosignature/v1}) and ML-DSA-44 ({@code
 * subtree/v1}). Stored as four lines of text: format and version, name, and for each algorithm its
 * name and its 32-byte seed in base64.
 *
 * @param signers both, under one name
 */
record WitnessKeys(List<CheckpointSigner> signers) {
  private static final String FILE = "witness-keys";
  private static final String FORMAT = "thingward-witness-keys 1";

  WitnessKeys {
    signers = List.copyOf(signers);
  }

  /**
   * The keys in {@code folder}, made (readable by this user only) if there are none.
   *
   * @param name the witness's name in notes
   * @throws IOException if they cannot be read or written, or are of another name
   */
  static WitnessKeys open(Path folder, String name, SecureRandom random) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      write(folder, name, random);
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 4 || !lines.get(0).equals(FORMAT)) {
      throw new IOException(file + " holds no keys of a witness of this version");
    }
    if (!lines.get(1).equals("name " + name)) {
      throw new IOException(
          "%s holds the keys of a witness with the %s: give that name, or another folder"
              .formatted(file, lines.get(1)));
    }
    try {
      return new WitnessKeys(
          List.of(
              signer(name, NoteAlgorithm.ED25519_COSIGNATURE, lines.get(2)),
              signer(name, NoteAlgorithm.ML_DSA_44, lines.get(3))));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " holds no usable keys of a witness", e);
    }
  }

  private static CheckpointSigner signer(String name, NoteAlgorithm algorithm, String line) {
    String start = algorithm.standardName() + " ";
    if (!line.startsWith(start)) {
      throw new IllegalArgumentException("a line begins with " + start);
    }
    byte[] seed = Base64.getDecoder().decode(line.substring(start.length()));
    return CheckpointSigner.of(name, algorithm, seed);
  }

  private static void write(Path folder, String name, SecureRandom random) throws IOException {
    String text =
        "%s\nname %s\nEd25519 %s\nML-DSA-44 %s\n"
            .formatted(FORMAT, name, seed(random), seed(random));
    Path scratch = folder.resolve(FILE + ".new");
    Files.deleteIfExists(scratch);
    Files.createFile(
        scratch,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(scratch, text, StandardOpenOption.WRITE);
    force(scratch);
    Files.move(scratch, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    force(folder);
  }

  private static String seed(SecureRandom random) {
    byte[] seed = new byte[CheckpointSigner.SEED];
    random.nextBytes(seed);
    return Base64.getEncoder().encodeToString(seed);
  }

  /** Waits until a file's content, or a folder's names, are on stable storage. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  List<VerifierKey> verifiers() {
    return signers.stream().map(CheckpointSigner::verifier).toList();
  }
}
