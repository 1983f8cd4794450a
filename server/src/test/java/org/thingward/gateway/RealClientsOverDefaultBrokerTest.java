package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
