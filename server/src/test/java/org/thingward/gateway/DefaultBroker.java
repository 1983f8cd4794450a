package org.thingward.gateway;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.thingward.platform.Children;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/** The broker that comes along, as the server starts it. */
final class DefaultBroker implements AutoCloseable {
  private final Children children;
  private final BrokerChild child;

  private DefaultBroker(Children children, BrokerChild child) {
    this.children = children;
    this.child = child;
  }

  /** Starts it; skips the test where it is not built. */
  static DefaultBroker start(Path folder) {
    Path home = Path.of("..", "broker", "target");
    if (!Boolean.getBoolean("thingward.complete")) {
      assumeThat(home.resolve("lib"))
          .as("the broker is built: ./mvnw -pl broker package")
          .isDirectory();
    }
    try {
      Time time = Time.ofMachine();
      Children children = new Children(folder, time);
      Path data = Files.createDirectories(folder.resolve("data"));
      return new DefaultBroker(
          children, BrokerChild.start(children, home, data, "256m", new Randomness(time), time));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Upstream upstream() {
    return child.upstream();
  }

  @Override
  public void close() {
    child.close();
    children.close();
  }
}
