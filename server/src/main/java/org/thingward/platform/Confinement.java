package org.thingward.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** With whose privileges confined children run. */
public enum Confinement {
  /** As the user that we run as, who is not root. */
  SAME_USER("as this user: it could read the keys of this server"),
  /** We are root: in a user namespace of its own, where it holds no privilege at all. */
  USER_NAMESPACE("in a user namespace without privileges, as owner of the data directory's files"),
  /** We are root and user namespaces are blocked: as the user {@code nobody}. */
  OTHER_USER("as user nobody");

  private static final String NOBODY = "nobody";
  private final String meaning;

  Confinement(String meaning) {
    this.meaning = meaning;
  }

  /** What it means for the child, to be said at start. */
  public String meaning() {
    return meaning;
  }

  /** The strongest that works on this machine. */
  static Confinement available() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return SAME_USER;
    }
    return succeeds("unshare", "-U", "true") ? USER_NAMESPACE : OTHER_USER;
  }

  /** What to put before a child's command. */
  List<String> prefix(String deathSignal) {
    List<String> prefix = new ArrayList<>();
    switch (this) {
      case SAME_USER -> {}
      case USER_NAMESPACE -> prefix.addAll(List.of("unshare", "-U", "--"));
      case OTHER_USER ->
          prefix.addAll(
              List.of("setpriv", "--reuid", NOBODY, "--regid", "nogroup", "--clear-groups", "--"));
    }
    // Last, because a change of user clears it: the kernel ends the child if its shell is killed.
    program("setpriv")
        .ifPresent(setpriv -> prefix.addAll(List.of(setpriv, "--pdeathsig", deathSignal, "--")));
    return prefix;
  }

  /** Makes {@code directory} and what is in it usable by a confined child. */
  void handOver(Path directory) {
    if (this != OTHER_USER) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      // It may pass through the data directory, but not look into it.
      Files.setPosixFilePermissions(
          directory.toAbsolutePath().resolveSibling("."),
          PosixFilePermissions.fromString("rwx--x--x"));
      UserPrincipal nobody =
          directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setOwner(nobody);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          directory + " cannot be handed over to user nobody: " + e.getMessage(), e);
    }
  }

  /** The program's path, if the machine has it. */
  static Optional<String> program(String name) {
    return Stream.of("/usr/bin/", "/bin/", "/usr/sbin/")
        .map(folder -> folder + name)
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst();
  }

  private static boolean succeeds(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
