package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.Opening;

/**
 * What entries mean, apart from the public log: for each 65,536 entries a file of ciphertexts, one
 * of their ends (8 bytes each) and one of entry keys (32 bytes each). A key's slot overwritten with
 * zeros makes its entry unreadable for good (rule L1).
 *
 * <p>A ciphertext is AES-256-GCM over previous leaf hash and content, under a key derived from the
 * entry's own. That key encrypts this one message only, so the nonce is zero.
 */
final class SealedContents {
  private static final int ENTRIES = 65_536;
  private static final String PURPOSE = "thingward/sealed-content/v1";
  private static final int TAG_BITS = 128;

  /** The length of what seals an entry without content. */
  private static final int LEAST = Digest.LENGTH + TAG_BITS / Byte.SIZE;

  private static final GCMParameterSpec ONLY_MESSAGE = new GCMParameterSpec(TAG_BITS, new byte[12]);

  private final Disk disk;
  private final Path folder;
  private final Cipher sealing = cipher();

  /** The contents in {@code folder}. */
  SealedContents(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /**
   * Stores entries that follow each other, durably. What a crash left at their place is
   * overwritten. For one thread at a time, as its caller is.
   *
   * @throws IOException also if the entries before them are not all there
   */
  void store(List<Entry.Sequenced> entries) throws IOException {
    int from = 0;
    while (from < entries.size()) {
      long first = entries.get(from).index();
      int count = (int) Math.min(entries.size() - from, ENTRIES - first % ENTRIES);
      storeInOneFile(first, entries.subList(from, from + count));
      from += count;
    }
  }

  private void storeInOneFile(long first, List<Entry.Sequenced> entries) throws IOException {
    try (Disk.OpenFile contents = open(first, "contents");
        Disk.OpenFile ends = open(first, "ends");
        Disk.OpenFile keys = open(first, "keys")) {
      int place = (int) (first % ENTRIES);
      long end = place == 0 ? 0 : endOf(first - 1);
      requireLength(contents, end, first - 1);
      requireLength(keys, place * 32L, first - 1);
      ByteBuffer sealed = ByteBuffer.allocate(sealedLength(entries));
      ByteBuffer endBytes = ByteBuffer.allocate(entries.size() * 8);
      ByteBuffer keyBytes = ByteBuffer.allocate(entries.size() * EntryKey.LENGTH);
      for (Entry.Sequenced entry : entries) {
        seal(entry, sealed);
        endBytes.putLong(end + sealed.position());
        keyBytes.put(entry.entry().key().bytes());
      }
      writeAll(contents, sealed.flip(), end);
      writeAll(ends, endBytes.flip(), place * 8L);
      writeAll(keys, keyBytes.flip(), place * (long) EntryKey.LENGTH);
    }
  }

  private static int sealedLength(List<Entry.Sequenced> entries) {
    int length = 0;
    for (Entry.Sequenced entry : entries) {
      int plain = Digest.LENGTH + entry.entry().content().length;
      length = Math.addExact(length, plain + TAG_BITS / Byte.SIZE);
    }
    return length;
  }

  /** Writes at {@code from}, cuts off what stood behind, and waits for stable storage. */
  private static void writeAll(Disk.OpenFile file, ByteBuffer bytes, long from) throws IOException {
    long end = from + bytes.remaining();
    file.write(bytes, from);
    file.truncate(end);
    file.force();
  }

  /**
   * Opens the entry at {@code index}; empty if its key was erased.
   *
   * @throws IOException if files are missing or were changed, naming the entry
   */
  Optional<Opening> open(long index) throws IOException {
    int place = (int) (index % ENTRIES);
    byte[] slot = read(index, "keys", place * (long) EntryKey.LENGTH, EntryKey.LENGTH);
    if (Arrays.equals(slot, new byte[EntryKey.LENGTH])) {
      return Optional.empty();
    }
    long start = place == 0 ? 0 : endOf(index - 1);
    long end = endOf(index);
    long length = end - start;
    if (start < 0 || end < start || length < LEAST || length > Entry.MAX_CONTENT + 1_024) {
      throw new IOException("the place of entry " + index + " among the contents was changed");
    }
    byte[] ciphertext = read(index, "contents", start, (int) length);
    return Optional.of(unseal(index, EntryKey.of(slot), ciphertext));
  }

  /** Which file the entry at {@code index} is in. */
  static long file(long index) {
    return index / ENTRIES;
  }

  /** The keys of all entries that are in one file with that at {@code index}. */
  byte[] keys(long index) throws IOException {
    return Files.readAllBytes(path(index, "keys"));
  }

  /** The key of the entry at {@code index} among {@link #keys}; empty if it was erased. */
  static Optional<EntryKey> key(byte[] keys, long index) {
    int at = (int) (index % ENTRIES) * EntryKey.LENGTH;
    if (at + EntryKey.LENGTH > keys.length) {
      return Optional.empty();
    }
    byte[] slot = Arrays.copyOfRange(keys, at, at + EntryKey.LENGTH);
    return Arrays.equals(slot, new byte[EntryKey.LENGTH])
        ? Optional.empty()
        : Optional.of(EntryKey.of(slot));
  }

  /** Overwrites the key of the entry at {@code index} with zeros, durably. */
  void erase(long index) throws IOException {
    try (Disk.OpenFile keys = open(index, "keys")) {
      long at = (index % ENTRIES) * EntryKey.LENGTH;
      requireLength(keys, at + EntryKey.LENGTH, index);
      keys.write(ByteBuffer.allocate(EntryKey.LENGTH), at);
      keys.force();
    }
  }

  private void seal(Entry.Sequenced entry, ByteBuffer out) {
    try {
      prepare(sealing, Cipher.ENCRYPT_MODE, entry.index(), entry.entry().key());
      sealing.update(ByteBuffer.wrap(entry.previous().bytes()), out);
      sealing.doFinal(ByteBuffer.wrap(entry.entry().content()), out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  private static Opening unseal(long index, EntryKey key, byte[] ciphertext) throws IOException {
    try {
      Cipher opening = cipher();
      prepare(opening, Cipher.DECRYPT_MODE, index, key);
      byte[] plain = opening.doFinal(ciphertext);
      byte[] previous = Arrays.copyOf(plain, Digest.LENGTH);
      byte[] content = Arrays.copyOfRange(plain, Digest.LENGTH, plain.length);
      return new Opening(content, key, Digest.wrap(previous));
    } catch (GeneralSecurityException e) {
      throw new IOException("the content or key of entry " + index + " was changed on disk", e);
    }
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  private static void prepare(Cipher cipher, int mode, long index, EntryKey key)
      throws GeneralSecurityException {
    cipher.init(mode, new SecretKeySpec(key.derive(PURPOSE), "AES"), ONLY_MESSAGE);
    cipher.updateAAD(ByteBuffer.allocate(8).putLong(index).flip());
  }

  private long endOf(long index) throws IOException {
    return ByteBuffer.wrap(read(index, "ends", (index % ENTRIES) * 8L, 8)).getLong();
  }

  private byte[] read(long index, String kind, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(path(index, kind), StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
        continue;
      }
    }
    if (bytes.hasRemaining()) {
      throw new IOException(path(index, kind) + " ends before entry " + index);
    }
    return bytes.array();
  }

  private static void requireLength(Disk.OpenFile file, long length, long index)
      throws IOException {
    if (file.length() < length) {
      throw new IOException("the stored contents end before entry " + index);
    }
  }

  private Disk.OpenFile open(long index, String kind) throws IOException {
    Path path = path(index, kind);
    boolean isNew = !Files.exists(path);
    Disk.OpenFile file = disk.open(path);
    if (isNew) {
      disk.forceNames(folder);
    }
    return file;
  }

  private Path path(long index, String kind) {
    return folder.resolve("%09d.%s".formatted(index / ENTRIES, kind));
  }
}
