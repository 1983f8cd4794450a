package org.thingward.platform;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Says of a port that cannot be listened on who has it, as far as the kernel tells this user: what
 * a person needs to know who has just started a server.
 */
public final class TakenPort {
  private static final Path PROC = Path.of("/proc");
  private static final String LISTENING = "0A";
  private static final int BACKLOG = 1;

  private TakenPort() {}

  /**
   * Does nothing if {@code address} can be listened on.
   *
   * @param remedy what to do otherwise, a sentence
   * @throws IllegalStateException if the port is taken or may not be used, saying which, by whom,
   *     and the remedy
   */
  public static void refuse(InetSocketAddress address, String remedy) {
    try (ServerSocket attempt = new ServerSocket()) {
      attempt.bind(address, BACKLOG);
    } catch (IOException e) {
      throw new IllegalStateException(sentence(address.getPort(), e) + " " + remedy, e);
    }
  }

  private static String sentence(int port, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (!reason.toLowerCase(Locale.ROOT).contains("in use")) {
      return "port %d cannot be listened on: %s.".formatted(port, reason);
    }
    String by = holder(port).map(who -> " by " + who).orElse("");
    return "port %d is taken%s.".formatted(port, by);
  }

  /** The process that listens on a port; empty if the kernel does not tell us. */
  private static Optional<String> holder(int port) {
    for (String table : List.of("net/tcp", "net/tcp6")) {
      Optional<String> found = socket(PROC.resolve(table), port).flatMap(TakenPort::owner);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** How {@code /proc/PID/fd} names the socket that listens on a port. */
  private static Optional<String> socket(Path table, int port) {
    String local = ":%04X".formatted(port);
    try (var lines = Files.lines(table)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(row -> row.length > 9 && row[1].endsWith(local) && row[3].equals(LISTENING))
          .map(row -> "socket:[" + row[9] + "]")
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> owner(String socket) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, socket)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return Optional.of("process " + process.getFileName() + " (" + name + ")");
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** Another user's processes, and those that end meanwhile, are passed over. */
  private static boolean holds(Path process, String socket) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : open) {
        if (Files.readSymbolicLink(file).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException e) {
      return false;
    }
    return false;
  }
}
