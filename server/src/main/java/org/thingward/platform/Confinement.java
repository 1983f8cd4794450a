package org.thingward.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** With whose privileges children run (rule I1). */
public enum Confinement {
  /** As the user that we run as: nobody but root can do better. */
  SAME_USER("as this server's user: it can read the keys of this server"),
  /** We are root, and children cannot have users of their own. */
  USER_NAMESPACE(
      "in a user namespace without privileges, but as owner of this server's files: it can read the"
          + " keys of this server"),
  /** We are root: each as a {@link ChildUser} that owns nothing but its own folder. */
  OWN_USER("as a user of its own, who cannot read the keys of this server");

  private final String meaning;

  Confinement(String meaning) {
    this.meaning = meaning;
  }

  /** What it means for the child, to be said at start. */
  public String meaning() {
    return meaning;
  }

  /** Whether a child cannot read this server's keys. */
  public boolean keepsKeys() {
    return this == OWN_USER;
  }

  /** The strongest that works on this machine. */
  static Confinement available() {
    if (!isRoot()) {
      return SAME_USER;
    }
    List<String> test = new ArrayList<>(asUser(ChildUser.DATABASE.id()));
    test.add("true");
    if (program("setpriv").isPresent() && succeeds(test)) {
      return OWN_USER;
    }
    return withoutUsers();
  }

  /** The strongest without users of their own. */
  static Confinement withoutUsers() {
    return isRoot() && succeeds(List.of("unshare", "-U", "true")) ? USER_NAMESPACE : SAME_USER;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** What to put before the command of a child of this user. */
  List<String> prefix(ChildUser user, String deathSignal) {
    List<String> prefix = new ArrayList<>();
    switch (this) {
      case SAME_USER -> {}
      case USER_NAMESPACE -> prefix.addAll(List.of("unshare", "-U", "--"));
      case OWN_USER -> prefix.addAll(asUser(user.id()));
    }
    // Last, because a change of user clears it: the kernel ends the child if its shell is killed.
    program("setpriv")
        .ifPresent(setpriv -> prefix.addAll(List.of(setpriv, "--pdeathsig", deathSignal, "--")));
    return prefix;
  }

  /** What to put before a command that is to run as this user and group, with nothing else. */
  static List<String> asUser(int id) {
    String number = Integer.toString(id);
    return List.of(
        program("setpriv").orElse("setpriv"),
        "--reuid",
        number,
        "--regid",
        number,
        "--clear-groups",
        "--inh-caps=-all",
        "--no-new-privs",
        "--");
  }

  /** Whether a process of this user can enter all of these folders and read these files. */
  static boolean canRead(ChildUser user, List<Path> paths) {
    List<String> command = new ArrayList<>(asUser(user.id()));
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "for p; do [ -r \"$p\" ] || exit 1; [ ! -d \"$p\" ] || [ -x \"$p\" ] || exit 1; done",
            "sh"));
    paths.forEach(path -> command.add(path.toAbsolutePath().toString()));
    return succeeds(command);
  }

  /** The program's path, if the machine has it. */
  static Optional<String> program(String name) {
    return Stream.of("/usr/bin/", "/bin/", "/usr/sbin/")
        .map(folder -> folder + name)
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst();
  }

  private static boolean succeeds(List<String> command) {
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
