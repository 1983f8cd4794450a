package org.thingward.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.thingward.platform.Child;
import org.thingward.platform.ChildPlan;
import org.thingward.platform.ChildUser;
import org.thingward.platform.Children;
import org.thingward.platform.Confined;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/**
 * The default broker: HiveMQ CE (module {@code broker}) as a supervised child on a free loopback
 * port. Its password is new at each start and known to the child and to this gateway only.
 */
public final class BrokerChild implements AutoCloseable {
  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final int POLL_MILLIS = 25;
  private static final int PASSWORD_BYTES = 32;

  /**
   * Its classes loaded and linked ahead of time (JEP 483, 514), which the launcher makes once a
   * build. Java does without, silently, if it was made of other classes.
   */
  private static final String START_CACHE = "broker.aot";

  private final Child child;
  private final Upstream upstream;
  private final Time time;

  private BrokerChild(Child child, Upstream upstream, Time time) {
    this.child = child;
    this.upstream = upstream;
    this.time = time;
  }

  /**
   * Starts it, and returns once it accepts connections; see {@link #begin}.
   *
   * @throws IllegalStateException if it does not start, naming its log
   */
  public static BrokerChild start(
      Children children, Path home, Path data, String memory, Randomness randomness, Time time) {
    return begin(children, home, data, memory, randomness, time).awaitReady();
  }

  /**
   * Begins to start it, and returns at once; until it accepts connections the gateway answers
   * devices as it does while a broker is down.
   *
   * @param home the module's build: a folder with {@code broker-*.jar}'s class path, as {@code
   *     broker/target}
   * @param data where sessions and messages are kept; exists, and becomes the broker's own
   * @param memory the most heap it may use, as the JVM's option says it, e.g. {@code 512m}
   */
  public static BrokerChild begin(
      Children children, Path home, Path data, String memory, Randomness randomness, Time time) {
    int port = freePort();
    String password = HexFormat.of().formatHex(randomness.bytes(PASSWORD_BYTES));
    Confined confined = children.confine(ChildUser.BROKER, data, java(), home.toAbsolutePath());
    ChildPlan plan =
        new ChildPlan(
            "broker",
            command(home, data, memory, port),
            Map.of("THINGWARD_BROKER_PASSWORD", password),
            data,
            confined,
            "TERM",
            Duration.ofSeconds(10));
    Child child = children.start(plan);
    return new BrokerChild(
        child, Upstream.local(port, new Upstream.Credential("gateway", password)), time);
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static List<String> command(Path home, Path data, String memory, int port) {
    Path absolute = home.toAbsolutePath();
    List<String> command = new ArrayList<>(List.of(java().toString(), "-Xmx" + memory));
    Path cache = absolute.resolve(START_CACHE);
    if (Files.isReadable(cache)) {
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off,cds=off"));
    }
    command.addAll(
        List.of(
            // One loop a processor, as in the gateway.
            "-Dio.netty.eventLoopThreads=" + Runtime.getRuntime().availableProcessors(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.io.tmpdir=" + data.toAbsolutePath(),
            "-Duser.home=" + data.toAbsolutePath(),
            "-cp",
            absolute.resolve("*") + ":" + absolute.resolve("lib").resolve("*"),
            "org.thingward.broker.Broker",
            Integer.toString(port),
            data.toAbsolutePath().toString()));
    return command;
  }

  /** Where the gateway finds it, and how it proves itself. */
  public Upstream upstream() {
    return upstream;
  }

  @Override
  public void close() {
    child.close();
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("there is no free port for the broker", e);
    }
  }

  /**
   * Returns itself once it accepts connections.
   *
   * @throws IllegalStateException if it does not within a minute or ended, naming its log
   */
  public BrokerChild awaitReady() {
    long start = time.nanos();
    while (time.nanos() - start < START_WITHIN.toNanos() && child.starts() == 1) {
      try (Socket probe = new Socket()) {
        probe.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream.port()), POLL_MILLIS);
        return this;
      } catch (IOException notYet) {
        pause();
      }
    }
    child.close();
    throw new IllegalStateException(
        "the broker does not start; its log says why: " + child.output());
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker starts", e);
    }
  }
}
