package org.thingward.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.thingward.device.VirtualTpm;
import org.thingward.device.VirtualTpmFailed;

/**
 * A second server on which what takes days elsewhere takes seconds: its certificates last a minute,
 * a moment at one place is long, and it believes TPMs of software. The drills of one run share it.
 */
final class TrialServer implements AutoCloseable {
  private static final String LIFE = "1m";

  /** How long a device must have stayed somewhere before it counts that it moved. */
  private static final Pattern STAYED =
      Pattern.compile("(claim: presence\\.stayed,[^}]*over: \\{)[1-9][0-9]*[dhms]");

  private final SecondServer server;
  private final SecondServer.Running running;
  private final TpmOrNone tpm;

  /** A TPM of software, or why there is none. */
  private sealed interface TpmOrNone {
    record Made(VirtualTpm tpm) implements TpmOrNone {}

    record None(String why) implements TpmOrNone {}
  }

  private TrialServer(SecondServer server, SecondServer.Running running, TpmOrNone tpm) {
    this.server = server;
    this.running = running;
    this.tpm = tpm;
  }

  /**
   * One beside the server under attack.
   *
   * @throws DrillNotRun if it cannot be started
   */
  static TrialServer beside(Target first) {
    SecondServer server = SecondServer.like(first);
    try {
      TpmOrNone tpm = tpm(server.data());
      List<String> settings = new ArrayList<>(List.of("--certificate-life", LIFE));
      if (tpm instanceof TpmOrNone.Made) {
        settings.addAll(List.of("--tpm-ca", roots(server.data()).toString()));
      }
      settings.addAll(List.of("--policy", policy(first, server.data()).toString()));
      return new TrialServer(server, server.start(settings), tpm);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static TpmOrNone tpm(Path data) {
    try {
      return new TpmOrNone.Made(new VirtualTpm(data.resolve("drill-tpm"), maker(data)));
    } catch (VirtualTpmFailed failed) {
      return new TpmOrNone.None(String.valueOf(failed.getMessage()));
    }
  }

  /** The first server's policy, by which a moment at one place is long. */
  private static Path policy(Target first, Path data) {
    String text = new String(first.operator().policy(), StandardCharsets.UTF_8);
    try {
      return Files.writeString(
          data.resolve("drill-policy.yaml"), STAYED.matcher(text).replaceAll("$10s"));
    } catch (IOException e) {
      throw new DrillNotRun("a policy could not be written: " + e.getMessage(), e);
    }
  }

  private static Path maker(Path data) {
    return data.resolve("drill-tpm-maker");
  }

  private static Path roots(Path data) {
    try {
      return Files.writeString(data.resolve("drill-tpm.pem"), VirtualTpm.roots(maker(data)));
    } catch (IOException e) {
      throw new DrillNotRun("the maker of TPMs could not be written: " + e.getMessage(), e);
    }
  }

  /** It, as a target of its own. */
  Target target() {
    return running.target();
  }

  /**
   * A TPM that it believes.
   *
   * @throws DrillNotRun if the programs for one are not installed
   */
  VirtualTpm tpm() {
    return switch (tpm) {
      case TpmOrNone.Made(VirtualTpm made) -> made;
      case TpmOrNone.None(String why) ->
          throw new DrillNotRun(
              "it takes a TPM of software (apt-get install swtpm swtpm-tools tpm2-tools): " + why);
    };
  }

  /** Where a copy of that TPM goes. */
  Path copies() {
    return server.data().resolve("drill-tpm-copy");
  }

  @Override
  public void close() {
    if (tpm instanceof TpmOrNone.Made(VirtualTpm made)) {
      made.close();
    }
    running.close();
    server.close();
  }
}
