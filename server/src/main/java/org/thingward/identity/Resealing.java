package org.thingward.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Database;
import org.thingward.platform.Randomness;

/**
 * Seals what one key-encryption key has sealed under another one, while the server is stopped: the
 * keys in files, and the secrets of tokens in the database. It can be interrupted at any moment and
 * repeated: whatever is there opens by one of the two keys, each step is done or not, and between
 * the first and the last a file in the folder of keys keeps the server from starting.
 */
public final class Resealing {
  /** Is there from the first step to the last; names both keys. */
  private static final String MARK = "resealing";

  private final Path folder;
  private final KeyEncryptionKey from;
  private final KeyEncryptionKey to;
  private final FileVault files;
  private final TokenStore tokens;

  private Resealing(
      Path folder, KeyEncryptionKey from, KeyEncryptionKey to, FileVault files, TokenStore tokens) {
    this.folder = folder;
    this.from = from;
    this.to = to;
    this.files = files;
    this.tokens = tokens;
  }

  /**
   * What is sealed under {@code to} now.
   *
   * @param from the name of the key before
   * @param to the name of the key since
   * @param keys how many keys in files
   * @param secrets how many secrets of tokens
   */
  public record Done(String from, String to, int keys, int secrets) {}

  /**
   * Opens both keys; the new one is made if its place is a token that has none.
   *
   * @param folder the folder of keys, as that of {@link IdentitySettings}
   * @param database the stopped server's; its schema is brought up to date
   * @throws IllegalStateException if a key does not open or is not there, or both are one
   */
  public static Resealing open(
      Path folder,
      KeyEncryptionPlace former,
      KeyEncryptionPlace next,
      Database database,
      Randomness randomness) {
    database.migrate("identity");
    KeyEncryptionKey from = KeyEncryptionKey.existing(former, folder, randomness);
    KeyEncryptionKey to = KeyEncryptionKey.toSealUnder(next, randomness);
    if (from.id().equals(to.id())) {
      throw new IllegalStateException(
          "both places have the same key-encryption key, %s: there is nothing to be done"
              .formatted(to.id()));
    }
    FileVault files = new FileVault(folder, to, NativeCrypto.load(), randomness);
    return new Resealing(folder, from, to, files, new TokenStore(database));
  }

  /**
   * Does it.
   *
   * @param told of each step before it is done
   * @throws IllegalStateException if something opens by neither key, before anything is changed
   */
  public Done run(Consumer<String> told) {
    List<String> names = files.names();
    requireMarkOfThese();
    names.forEach(name -> files.requireOpen(name, from));
    tokens.eachSecret(found -> {
      MacSecret unused = opened(found);
      return Optional.empty();
    });

    told.accept("from here on the server does not start before this is done");
    DataDirectory.writeSecret(
        mark(), (from.id() + " " + to.id() + "\n").getBytes(StandardCharsets.US_ASCII));
    force();
    told.accept("the secrets of tokens");
    int secrets = tokens.inTransaction(() -> tokens.eachSecret(this::resealed));
    for (String name : names) {
      told.accept(name);
      files.reseal(name, from);
    }
    told.accept("everything is opened by the new key");
    names.forEach(name -> files.requireOpen(name, to));
    tokens.eachSecret(found -> {
      MacSecret unused = MacSecret.open(to, found.token(), found.macSecret());
      return Optional.empty();
    });
    force();
    told.accept("the server may start");
    delete();
    return new Done(from.id(), to.id(), names.size(), secrets);
  }

  /**
   * Refuses to work on a folder in which this was begun and not ended.
   *
   * @throws IllegalStateException saying what to do
   */
  static void refuseUnfinished(Path folder) {
    if (Files.exists(folder.resolve(MARK))) {
      throw new IllegalStateException(
          "sealing anew was interrupted, from key-encryption key %s: give thingward ca reseal both keys again"
              .formatted(marked(folder).replace(" ", " to ")));
    }
  }

  /** Either way: what was begun may be taken back. */
  private void requireMarkOfThese() {
    if (Files.exists(mark()) && !Set.of(marked(folder).split(" ")).equals(both())) {
      throw new IllegalStateException(
          "sealing anew was begun from key-encryption key %s, and these are %s and %s: end that first"
              .formatted(marked(folder).replace(" ", " to "), from.id(), to.id()));
    }
  }

  private Set<String> both() {
    return Set.of(from.id(), to.id());
  }

  /** Sealed anew; empty if the new key has sealed it already. */
  private Optional<byte[]> resealed(TokenStore.ByMac found) {
    return opensBy(to, found).isPresent()
        ? Optional.empty()
        : Optional.of(opened(found).sealed(to, found.token()));
  }

  private MacSecret opened(TokenStore.ByMac found) {
    return opensBy(to, found)
        .or(() -> opensBy(from, found))
        .orElseThrow(() ->
            new IllegalStateException(
                "the secret of token %s opens by neither key-encryption key: it was changed, or a third one sealed it"
                    .formatted(found.token().id())));
  }

  private static Optional<MacSecret> opensBy(KeyEncryptionKey key, TokenStore.ByMac found) {
    try {
      return Optional.of(MacSecret.open(key, found.token(), found.macSecret()));
    } catch (KeyEncryptionKey.OtherKey e) {
      return Optional.empty();
    }
  }

  private Path mark() {
    return folder.resolve(MARK);
  }

  private static String marked(Path folder) {
    return new String(SmallFile.read(folder.resolve(MARK)), StandardCharsets.US_ASCII).strip();
  }

  /** What was renamed stays so, also if the power fails: the key before may be destroyed then. */
  private void force() {
    DataDirectory.forceNames(folder);
  }

  private void delete() {
    try {
      Files.delete(mark());
    } catch (IOException e) {
      throw new UncheckedIOException(mark() + " could not be deleted", e);
    }
    force();
  }
}
