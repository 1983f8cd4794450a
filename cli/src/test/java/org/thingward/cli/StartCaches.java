package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The caches of loaded classes that the launcher makes after a build (JEP 483, 514), so that
 * servers under test start in less time. Made once for all test processes.
 */
final class StartCaches {
  private static boolean made;

  private StartCaches() {}

  static synchronized void make() {
    if (made) {
      return;
    }
    Path home = RunningServer.home();
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("server/target/start-caches.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock alone = channel.lock()) {
      assertThat(alone.isValid()).isTrue();
      Process launcher =
          new ProcessBuilder(home.resolve("thingward").toString(), "start-caches")
              .inheritIO()
              .start();
      assertThat(launcher.waitFor()).as("./thingward start-caches").isZero();
      made = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
