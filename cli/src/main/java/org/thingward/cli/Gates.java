package org.thingward.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.thingward.device.BootLogWriter;
import org.thingward.device.VirtualTpm;
import org.thingward.device.VirtualTpmFailed;

/**
 * The TPMs of three devices of the story: made while the server starts, the first before, because
 * the server must know their maker. None where swtpm and tpm2-tools are not installed.
 */
final class Gates implements AutoCloseable {
  static final String HEALTHY = "gate-01";
  static final String CHANGED = "gate-02";
  static final String COPIED = "gate-03";
  static final List<String> IDS = List.of(HEALTHY, CHANGED, COPIED);

  private static final String NOT_INSTALLED =
      "three devices with a TPM come along where swtpm is installed (apt-get install swtpm"
          + " swtpm-tools tpm2-tools)";

  private final Optional<Path> folder;
  private final String missing;
  private final List<CompletableFuture<VirtualTpm>> tpms = new ArrayList<>();
  private final List<VirtualTpm> copies = new ArrayList<>();
  private final Thread endsWithUs = new Thread(this::end, "ends-the-tpms");

  private Gates(Optional<Path> folder, String missing) {
    this.folder = folder;
    this.missing = missing;
    Runtime.getRuntime().addShutdownHook(endsWithUs);
  }

  /** Makes them, if that can be done here. */
  static Gates made(Map<String, String> environment, Terminal terminal) {
    String path = environment.getOrDefault("PATH", "");
    if (!VirtualTpm.PROGRAMS.stream().allMatch(program -> isOn(path, program))) {
      return new Gates(Optional.empty(), NOT_INSTALLED);
    }
    terminal.progress("  making              three TPMs…");
    Path folder = Folders.temporary("thingward-tpms-");
    Gates gates = new Gates(Optional.of(folder), "");
    try {
      gates.make();
      return gates;
    } catch (VirtualTpmFailed failed) {
      gates.close();
      return new Gates(Optional.empty(), "a TPM could not be made: " + failed.getMessage());
    }
  }

  private static boolean isOn(String path, String program) {
    for (String each : path.split(":")) {
      if (!each.isEmpty() && Files.isExecutable(Path.of(each, program))) {
        return true;
      }
    }
    return false;
  }

  private void make() {
    Path made = folder.orElseThrow();
    VirtualTpm first = tpm(made, HEALTHY);
    tpms.add(CompletableFuture.completedFuture(first));
    try {
      Files.writeString(made.resolve("roots.pem"), VirtualTpm.roots(made.resolve("maker")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // One after the other: their maker numbers its certificates.
    CompletableFuture<VirtualTpm> second = CompletableFuture.supplyAsync(() -> tpm(made, CHANGED));
    tpms.add(second);
    tpms.add(second.thenApplyAsync(done -> tpm(made, COPIED)));
  }

  private static VirtualTpm tpm(Path folder, String id) {
    return new VirtualTpm(folder.resolve(id), folder.resolve("maker"));
  }

  /** The certificates that lead to their maker; empty if there are none. */
  Optional<Path> maker() {
    return folder.map(made -> made.resolve("roots.pem"));
  }

  /** Why there are none; empty if there are. */
  String missing() {
    return missing;
  }

  /** A device's TPM, once it is made. */
  VirtualTpm of(String id) {
    try {
      return tpms.get(IDS.indexOf(id)).join();
    } catch (CompletionException e) {
      throw new SceneFailed(id + "'s TPM could not be made: " + e.getCause());
    }
  }

  /** A copy of a device's TPM: what a thief of its memory has. */
  VirtualTpm copyOf(String id) {
    VirtualTpm copy = of(id).copy(folder.orElseThrow().resolve(id + "-copy"));
    copies.add(copy);
    return copy;
  }

  /** What a gate of release 1.2.0 measures when it boots what was released. */
  static BootLogWriter released() {
    return firmware().bootLoader("gate-1 1.2.0, as released");
  }

  /** The same with another boot loader. */
  static BootLogWriter withAGuest() {
    return firmware().bootLoader("gate-1 1.2.0, as released").bootLoader("a guest");
  }

  private static BootLogWriter firmware() {
    return new BootLogWriter().firmware("gate firmware 7").secureBoot(true).separators();
  }

  private void end() {
    copies.forEach(VirtualTpm::close);
    for (CompletableFuture<VirtualTpm> each : tpms) {
      try {
        each.join().close();
      } catch (CompletionException notMade) {
        // Then there is nothing to end.
      }
    }
    folder.ifPresent(Folders::delete);
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(endsWithUs);
    } catch (IllegalStateException alreadyShuttingDown) {
      // Then the hook runs too, and finds nothing left to do.
    }
  }
}
