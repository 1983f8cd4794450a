package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.thingward.ledger.RecordingDisk.Change;

/**
 * What a disk may hold after the power failed. Forced content and forced names are there. Of what
 * was not forced, a file may have any part of any write, or other bytes in its place; names may
 * have changed up to any of the changes, in their order, since file systems keep a journal of them.
 */
final class PowerLoss {
  private final Path root;
  private final Map<Path, Node> names = new TreeMap<>();
  private final Map<Path, Node> durableNames = new TreeMap<>();
  private final List<Naming> unforced = new ArrayList<>();
  private final Map<Integer, Content> open = new HashMap<>();

  private sealed interface Node {}

  private record Folder() implements Node {}

  /** A file's content, whatever its name. */
  private static final class Content implements Node {
    private byte[] durable;
    private final List<Change> unforced = new ArrayList<>();

    private Content(byte[] durable) {
      this.durable = durable;
    }

    private byte[] written() {
      byte[] bytes = durable;
      for (Change change : unforced) {
        bytes = after(bytes, change);
      }
      return bytes;
    }
  }

  /** A change of names, in one step. */
  private record Naming(Map<Path, Optional<Node>> names) {
    void apply(Map<Path, Node> to) {
      names.forEach((path, node) ->
          node.ifPresentOrElse(there -> to.put(path, there), () -> to.remove(path)));
    }

    boolean isIn(Path folder) {
      return names.keySet().stream().anyMatch(path -> folder.equals(path.getParent()));
    }
  }

  private PowerLoss(Path root) {
    this.root = root;
  }

  /** A disk with what is in {@code folder}, all of it forced. */
  static PowerLoss startingFrom(Path folder) throws IOException {
    PowerLoss disk = new PowerLoss(folder);
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        boolean isFolder = Files.isDirectory(path);
        disk.names.put(path, isFolder ? new Folder() : new Content(Files.readAllBytes(path)));
      }
    }
    disk.durableNames.putAll(disk.names);
    return disk;
  }

  /** Takes the next change. */
  void take(Change change) {
    switch (change) {
      case Change.Opened(int file, Path path) -> {
        if (!names.containsKey(path)) {
          name(Map.of(path, Optional.of(new Content(new byte[0]))));
        }
        open.put(file, content(path));
      }
      case Change.Written written -> open.get(written.file()).unforced.add(change);
      case Change.Truncated truncated -> open.get(truncated.file()).unforced.add(change);
      case Change.Forced(int file) -> {
        Content content = open.get(file);
        content.durable = content.written();
        content.unforced.clear();
      }
      case Change.Moved(Path from, Path to) ->
          name(Map.of(from, Optional.empty(), to, Optional.of(content(from))));
      case Change.Deleted(Path path) -> name(Map.of(path, Optional.empty()));
      case Change.FolderMade(Path path) -> name(Map.of(path, Optional.of(new Folder())));
      case Change.NamesForced(Path folder) -> forceNames(folder);
      case Change.Promised promised -> {}
    }
  }

  private Content content(Path path) {
    if (names.get(path) instanceof Content content) {
      return content;
    }
    throw new IllegalStateException(path + " is no file");
  }

  private void name(Map<Path, Optional<Node>> changed) {
    Naming naming = new Naming(changed);
    naming.apply(names);
    unforced.add(naming);
  }

  private void forceNames(Path folder) {
    unforced.stream().filter(naming -> naming.isIn(folder)).forEach(n -> n.apply(durableNames));
    unforced.removeIf(naming -> naming.isIn(folder));
  }

  /** Everything that was written is there, as after a kill. */
  void writeAll(Path copy) throws IOException {
    write(copy, names, Content::written);
  }

  /** As {@link #writeAll}, and of the next write so much. */
  void writeAllAnd(Path copy, Change.Written part) throws IOException {
    Content next = open.get(part.file());
    write(
        copy,
        names,
        content -> content == next ? after(content.written(), part) : content.written());
  }

  /** Nothing is there but what was forced. */
  void writeForced(Path copy) throws IOException {
    write(copy, durableNames, content -> content.durable);
  }

  /** Anything that a loss of power may leave. */
  void writeTorn(Path copy, Random random) throws IOException {
    Map<Path, Node> found = new TreeMap<>(durableNames);
    unforced.subList(0, random.nextInt(unforced.size() + 1)).forEach(n -> n.apply(found));
    write(copy, found, content -> torn(content, random));
  }

  private static byte[] torn(Content content, Random random) {
    byte[] bytes = content.durable;
    for (Change change : content.unforced) {
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> bytes = after(bytes, change);
        case 2 -> bytes = after(bytes, part(change, random));
        default -> bytes = after(bytes, flipped(change, random));
      }
    }
    return bytes;
  }

  private static Change part(Change change, Random random) {
    if (change instanceof Change.Written(int file, long at, byte[] bytes)) {
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      return new Change.Written(file, at + from, Arrays.copyOfRange(bytes, from, to));
    }
    return change;
  }

  private static Change flipped(Change change, Random random) {
    if (change instanceof Change.Written(int file, long at, byte[] bytes) && bytes.length > 0) {
      byte[] other = bytes.clone();
      other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
      return new Change.Written(file, at, other);
    }
    return change;
  }

  /** A file's bytes after one change; a gap before what was written reads as zeros. */
  static byte[] after(byte[] bytes, Change change) {
    return switch (change) {
      case Change.Truncated(int file, long length) when length < bytes.length ->
          Arrays.copyOf(bytes, (int) length);
      case Change.Written(int file, long at, byte[] written) -> {
        int end = (int) at + written.length;
        byte[] longer = Arrays.copyOf(bytes, Math.max(bytes.length, end));
        System.arraycopy(written, 0, longer, (int) at, written.length);
        yield longer;
      }
      default -> bytes;
    };
  }

  private void write(Path copy, Map<Path, Node> found, Function<Content, byte[]> bytes)
      throws IOException {
    for (Map.Entry<Path, Node> entry : found.entrySet()) {
      Path path = copy.resolve(root.relativize(entry.getKey()).toString());
      switch (entry.getValue()) {
        case Folder folder -> Files.createDirectories(path);
        case Content content -> {
          if (Files.isDirectory(path.getParent())) {
            Files.write(path, bytes.apply(content));
          }
        }
      }
    }
  }
}
