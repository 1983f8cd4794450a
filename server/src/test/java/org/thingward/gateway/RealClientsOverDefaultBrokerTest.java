package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Children;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/** Over the default broker. */
class RealClientsOverDefaultBrokerTest extends RealClients {
  private Children children;
  private BrokerChild child;

  @Override
  Upstream startBroker(Path own) throws IOException {
    Path home = Path.of("..", "broker", "target");
    if (!Boolean.getBoolean("thingward.complete")) {
      assumeThat(home.resolve("lib"))
          .as("the broker is built: ./mvnw -pl broker package")
          .isDirectory();
    }
    Time time = Time.ofMachine();
    // As the server's data directory: others may pass through it to what is theirs.
    for (Path passed : List.of(folder, own)) {
      Files.setPosixFilePermissions(passed, PosixFilePermissions.fromString("rwx--x--x"));
    }
    children = new Children(own, time);
    Path data = Files.createDirectories(own.resolve("data"));
    child = BrokerChild.start(children, home, data, "256m", new Randomness(time), time);
    return child.upstream();
  }

  @Override
  void stopBroker() {
    if (child != null) {
      child.close();
      children.close();
    }
  }

  @Test
  void I1_the_default_broker_runs_as_a_user_of_its_own() throws Exception {
    assumeThat(children.confinement().keepsKeys()).as("as root only").isTrue();
    ProcessHandle broker =
        ProcessHandle.current()
            .descendants()
            .filter(process -> isBroker(process.pid()))
            .findFirst()
            .orElseThrow();
    Path process = Path.of("/proc", Long.toString(broker.pid()));
    assertThat(Files.getAttribute(process, "unix:uid")).isEqualTo(60_902);
  }

  private static boolean isBroker(long pid) {
    try {
      String command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      return command.contains("org.thingward.broker.Broker") && !command.contains("/bin/sh");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void the_default_broker_accepts_the_gateway_alone() throws Exception {
    Process stranger =
        new ProcessBuilder(
                "mosquitto_pub",
                "-V",
                "mqttv5",
                "-p",
                Integer.toString(child.upstream().port()),
                "-h",
                "127.0.0.1",
                "-i",
                "x",
                "-u",
                "gateway",
                "-P",
                "guess",
                "-t",
                "t/x",
                "-m",
                "x")
            .redirectErrorStream(true)
            .start();
    assertThat(Clients.finish(stranger).output()).contains("Not authorized");
  }
}
