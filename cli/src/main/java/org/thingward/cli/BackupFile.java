package org.thingward.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The form of a backup, version 1. In clear: {@code thingward-backup 1}, the name of the
 * key-encryption key, and 32 bytes of salt. Then {@link SealedChunks} of a gzip stream: the
 * manifest (JSON, length before it), and for each folder and file a kind (1, 2), its path and, for
 * a file, length and content; kind 0 ends it.
 */
final class BackupFile {
  private static final byte[] MAGIC = "thingward-backup 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int SALT = 32;
  private static final int END = 0;
  private static final int FOLDER = 1;
  private static final int FILE = 2;
  private static final int LONGEST_MANIFEST = 1 << 20;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** What a start makes anew, what belongs to one run, and keys that a backup must not carry. */
  static final Set<String> LEFT_OUT =
      Set.of(
          "lock",
          "run",
          "log",
          "broker",
          "database/postgres",
          "database/initdb.log",
          "keys/key-encryption-key",
          "keys/root-key.pem",
          "keys/root-key.passphrase");

  private BackupFile() {}

  /** Writes the backup of {@code data}; {@code progress} hears the bytes read so far. */
  static void write(
      Path file,
      Path data,
      byte[] manifest,
      BackupKey key,
      SecureRandom random,
      LongConsumer progress)
      throws IOException {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    OutputStream raw = Files.newOutputStream(create(file), StandardOpenOption.WRITE);
    try (BufferedOutputStream clear = new BufferedOutputStream(raw, SealedChunks.CHUNK)) {
      clear.write(MAGIC);
      clear.write((key.id() + "\n").getBytes(StandardCharsets.US_ASCII));
      clear.write(salt);
      try (DataOutputStream out = new DataOutputStream(packed(clear, key, salt))) {
        out.writeInt(manifest.length);
        out.write(manifest);
        files(out, data, progress);
        out.writeByte(END);
      }
    }
  }

  private static Path create(Path file) throws IOException {
    return Files.createFile(file, OWNER_FILE);
  }

  private static OutputStream packed(OutputStream out, BackupKey key, byte[] salt)
      throws IOException {
    return new GZIPOutputStream(new SealedChunks.Sealing(out, key.of(salt)), 1 << 16) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    };
  }

  private static void files(DataOutputStream out, Path data, LongConsumer progress)
      throws IOException {
    long done = 0;
    for (Path path : included(data)) {
      String name = data.relativize(path).toString();
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        out.writeByte(FOLDER);
        out.writeUTF(name);
      } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        out.writeByte(FILE);
        out.writeUTF(name);
        long size = Files.size(path);
        out.writeLong(size);
        copy(path, size, out);
        done += size;
        progress.accept(done);
      } else {
        throw new IOException(path + " is neither file nor folder");
      }
    }
  }

  private static void copy(Path path, long size, OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      if (in.transferTo(out) != size) {
        throw new IOException(
            path + " changed while it was read: is something still running on it?");
      }
    }
  }

  private static List<Path> included(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(path -> !path.equals(data) && isIncluded(data.relativize(path)))
          .sorted()
          .toList();
    }
  }

  private static boolean isIncluded(Path relative) {
    return LEFT_OUT.stream().noneMatch(out -> relative.startsWith(Path.of(out)));
  }

  /** What a backup says of itself, once its beginning has opened. */
  record Opened(byte[] manifest, DataInputStream rest) {}

  /**
   * Opens a backup and reads its manifest.
   *
   * @throws Failed if it is none, or sealed by another key
   */
  static Opened open(Path file, BackupKey key) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), SealedChunks.CHUNK);
    try {
      return open(file, raw, key);
    } catch (IOException | Failed e) {
      raw.close();
      throw e;
    }
  }

  private static Opened open(Path file, InputStream raw, BackupKey key) throws IOException {
    if (!Arrays.equals(raw.readNBytes(MAGIC.length), MAGIC)) {
      throw new Failed(file + " is no backup of this version of Thingward");
    }
    String sealedBy = line(raw);
    if (!sealedBy.equals(key.id())) {
      throw new Failed(
          "%s is sealed by key-encryption key %s; the one given is %s"
              .formatted(file, sealedBy, key.id()));
    }
    byte[] salt = raw.readNBytes(SALT);
    DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                new GZIPInputStream(new SealedChunks.Opening(raw, key.of(salt)), 1 << 16)));
    int length = in.readInt();
    if (length < 0 || length > LONGEST_MANIFEST) {
      throw new IOException("its manifest is too long");
    }
    return new Opened(in.readNBytes(length), in);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int b = in.read(); b != '\n' && b >= 0 && text.length() < 100; b = in.read()) {
      text.append((char) b);
    }
    return text.toString();
  }

  /** Unpacks all of it into {@code folder}, and makes sure that nothing is missing behind. */
  static void unpack(DataInputStream in, Path folder, LongConsumer progress) throws IOException {
    long done = 0;
    for (int kind = in.readByte(); kind != END; kind = in.readByte()) {
      Path path = within(folder, in.readUTF());
      switch (kind) {
        case FOLDER -> Files.createDirectories(path, OWNER_FOLDER);
        case FILE -> {
          done += unpackFile(in, path);
          progress.accept(done);
        }
        default -> throw new IOException("it holds what is neither file nor folder");
      }
    }
    if (in.read() >= 0) {
      throw new IOException("something follows its end");
    }
  }

  private static Path within(Path folder, String name) throws IOException {
    Path path;
    try {
      path = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new IOException("it names a file that cannot be", e);
    }
    if (!path.startsWith(folder) || path.equals(folder)) {
      throw new IOException("it names a file outside the data directory");
    }
    return path;
  }

  private static long unpackFile(DataInputStream in, Path path) throws IOException {
    long size = in.readLong();
    if (size < 0) {
      throw new IOException("a file in it is shorter than nothing");
    }
    Files.createFile(path, OWNER_FILE);
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(path)) {
      for (long left = size; left > 0; ) {
        int some = (int) Math.min(buffer.length, left);
        in.readFully(buffer, 0, some);
        out.write(buffer, 0, some);
        left -= some;
      }
    }
    return size;
  }
}
