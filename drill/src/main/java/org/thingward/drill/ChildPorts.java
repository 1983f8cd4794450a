package org.thingward.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the TCP ports on which a process's children listen, as any program on the machine can. */
final class ChildPorts {
  private static final String LISTENING = "0A";
  private static final int HEX = 16;

  private ChildPorts() {}

  /** The ports of all descendants of {@code parent}; empty if nobody may look at them. */
  static SortedSet<Integer> of(ProcessHandle parent) {
    Set<String> sockets = new HashSet<>();
    parent.descendants().forEach(child -> sockets.addAll(sockets(child.pid())));
    SortedSet<Integer> ports = new TreeSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      ports.addAll(listening(Path.of("/proc/net", table), sockets));
    }
    return ports;
  }

  private static Set<String> sockets(long pid) {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path each : (Iterable<Path>) open::iterator) {
        String target = Files.readSymbolicLink(each).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    } catch (IOException ended) {
      // It ended meanwhile, or is another user's.
    }
    return inodes;
  }

  /** Lines are: number, local address:port, remote, state, four more, inode (proc(5)). */
  private static List<Integer> listening(Path table, Set<String> inodes) {
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(parts -> parts.length > 9 && parts[3].equals(LISTENING))
          .filter(parts -> inodes.contains(parts[9]))
          .map(parts -> Integer.parseInt(parts[1].substring(parts[1].indexOf(':') + 1), HEX))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
