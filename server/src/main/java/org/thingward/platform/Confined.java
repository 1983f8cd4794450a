package org.thingward.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The confinement of one child: its folder is its own, and it can reach what it runs.
 *
 * @param how with whose privileges it runs
 * @param user the user it is if it has one of its own
 */
public record Confined(Confinement how, ChildUser user) {
  private static final Logger log = LoggerFactory.getLogger(Confined.class);
  private static final String OWNER = "unix:uid";
  private static final int ROOT = 0;

  /**
   * Hands {@code folder} over, which is there, and makes sure that the child can work in it; else
   * falls back to what is weaker, and says so.
   *
   * @param strongest what the machine can do
   * @param programs what the child must be able to read
   */
  static Confined of(Confinement strongest, ChildUser user, Path folder, List<Path> programs) {
    if (strongest != Confinement.OWN_USER) {
      return said(new Confined(strongest, user), folder);
    }
    Confined own = new Confined(strongest, user);
    own.handOver(folder);
    if (Confinement.canRead(user, Stream.concat(Stream.of(folder), programs.stream()).toList())) {
      return own;
    }
    log.warn(
        "the user of the {} cannot reach {} or the programs it runs: let others pass through the"
            + " folders above them (chmod o+x)",
        user.name().toLowerCase(java.util.Locale.ROOT),
        folder);
    return said(new Confined(Confinement.withoutUsers(), user), folder);
  }

  private static Confined said(Confined weaker, Path folder) {
    weaker.handOver(folder);
    log.warn(
        "the {} runs {}",
        weaker.user().name().toLowerCase(java.util.Locale.ROOT),
        weaker.how().meaning());
    return weaker;
  }

  /** What to put before the child's command. */
  List<String> prefix(String deathSignal) {
    return how.prefix(user, deathSignal);
  }

  /** Makes the child the owner of {@code folder} and all in it. */
  void handOver(Path folder) {
    int owner = how == Confinement.OWN_USER ? user.id() : ROOT;
    handOver(folder, owner);
  }

  /** Makes this user the owner of {@code folder} and all in it, if we are root. */
  static void handOver(Path folder, int owner) {
    try {
      Object former = Files.getAttribute(folder, OWNER);
      Object ours = Files.getAttribute(Path.of("/proc/self"), OWNER);
      if (former.equals(owner) || !ours.equals(ROOT)) {
        return;
      }
      try (Stream<Path> files = Files.walk(folder)) {
        // The folder itself comes last: what is interrupted begins anew.
        for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
          Files.setAttribute(file, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
          Files.setAttribute(file, OWNER, owner, LinkOption.NOFOLLOW_LINKS);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          folder + " cannot be handed over to user " + owner + ": " + e.getMessage(), e);
    }
  }

  /** Lets children pass through this folder to their own, without seeing what else is in it. */
  static void letThrough(Path folder) {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new IllegalStateException(folder + " cannot be opened: " + e.getMessage(), e);
    }
  }
}
