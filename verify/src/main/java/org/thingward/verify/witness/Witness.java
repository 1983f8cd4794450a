package org.thingward.verify.witness;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thingward.trust.Digest;
import org.thingward.verify.log.AddCheckpoint;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessAnswer;

/**
 * A witness, without the network: of each log that it knows it keeps the newest checkpoint in a
 * file of its own, written to stable storage before the cosignature is given away.
 */
public final class Witness implements AutoCloseable {
  private final Path folder;
  private final WitnessKeys keys;
  private final List<VerifierKey> logs;
  private final InstantSource clock;
  private final FileChannel lock;

  private Witness(
      Path folder,
      WitnessKeys keys,
      List<VerifierKey> logs,
      InstantSource clock,
      FileChannel lock) {
    this.folder = folder;
    this.keys = keys;
    this.logs = List.copyOf(logs);
    this.clock = clock;
    this.lock = lock;
  }

  /**
   * Opens a witness in {@code folder}, made with new keys if it is not there.
   *
   * @param name its name in notes
   * @param logs the keys of the logs that it knows, each named after its origin; all keys of a log
   *     must have signed what it cosigns
   * @throws IOException if files cannot be read or written, or another process has the folder
   */
  public static Witness open(
      Path folder, String name, List<VerifierKey> logs, InstantSource clock, SecureRandom random)
      throws IOException {
    Path seen = folder.resolve("seen");
    for (Path each : List.of(folder, seen)) {
      if (!Files.isDirectory(each)) {
        Files.createDirectories(each);
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
      }
    }
    FileChannel lock = lock(folder);
    try {
      return new Witness(seen, WitnessKeys.open(folder, name, random), logs, clock, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  // Two processes would each sign what continues its own memory.
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock taken = channel.tryLock();
      if (taken != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process: told below, as if another had it.
    }
    channel.close();
    throw new IOException("the witness in " + folder + " is run by another process");
  }

  /** What verifies its cosignatures: Ed25519 and ML-DSA-44. */
  public List<VerifierKey> verifiers() {
    return keys.verifiers();
  }

  /**
   * An answer to a log.
   *
   * @param status the HTTP status
   * @param type the content's type
   */
  public record Answer(int status, String type, String text) {
    private static Answer text(int status, String text) {
      return new Answer(status, "text/plain; charset=utf-8", text + "\n");
    }
  }

  /**
   * Answers a request to cosign.
   *
   * @param body at most {@link AddCheckpoint#MAX_BYTES}
   * @throws IOException if what it has seen cannot be read or stored; then nothing is cosigned
   */
  public synchronized Answer addCheckpoint(byte[] body) throws IOException {
    AddCheckpoint request;
    try {
      request = AddCheckpoint.parse(body);
    } catch (IllegalArgumentException e) {
      return Answer.text(400, String.valueOf(e.getMessage()));
    }
    Checkpoint head = request.checkpoint();
    return switch (WitnessAnswer.to(request, logs, latest(head.origin()))) {
      case WitnessAnswer.Refused(int status, String reason) -> Answer.text(status, reason);
      case WitnessAnswer.Conflict(long size) -> new Answer(409, "text/x.tlog.size", size + "\n");
      case WitnessAnswer.Cosign yes -> {
        store(head);
        yield new Answer(200, "text/plain; charset=utf-8", cosignatures(head));
      }
    };
  }

  private String cosignatures(Checkpoint head) {
    return keys.signers().stream()
        .map(signer -> signer.sign(head, clock.instant()).line() + "\n")
        .collect(Collectors.joining());
  }

  private Optional<Checkpoint> latest(String origin) throws IOException {
    Path file = file(origin);
    try {
      return Optional.of(Checkpoint.parse(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " was changed: " + e.getMessage(), e);
    }
  }

  private void store(Checkpoint head) throws IOException {
    Path scratch = folder.resolve("new");
    Files.write(scratch, head.serialise());
    WitnessKeys.force(scratch);
    Files.move(scratch, file(head.origin()), StandardCopyOption.ATOMIC_MOVE);
    WitnessKeys.force(folder);
  }

  // An origin may hold a slash; its digest may not.
  private Path file(String origin) {
    return folder.resolve(Digest.of(origin.getBytes(StandardCharsets.UTF_8)).hex());
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
