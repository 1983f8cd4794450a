package org.thingward.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.thingward.device.ClientTls;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** Connections that begin and never get to the point (rule G11). */
final class SlowInput implements Drill {
  private static final int CONNECTIONS = 50;
  private static final Duration ENOUGH = Duration.ofSeconds(40);
  private static final Duration DRIP = Duration.ofMillis(500);

  @Override
  public String id() {
    return "slow-input";
  }

  @Override
  public String attempt() {
    return "hold a listener's connections by saying nothing, or a byte at a time, so that others"
        + " find no place";
  }

  /** One way of being slow. */
  private record Slowness(String what, int port, Optional<SSLContext> tls, byte[] drops) {}

  @Override
  public Group group() {
    return Group.CONNECTIONS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "G11",
        "none: what is slow is closed by the clock or by nothing; how much of it there is at once is bounded by address",
        Defence.line(Attack.Layer.LISTENER, "handshake, CONNECT and request have their time"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice device = target.newDevice()) {
      SSLContext tls = ClientTls.of(device.credential()).forHttps();
      int mqtt = target.server().mqttPort();
      int https = target.server().httpsPort();
      byte[] hello = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xFC, 0x03, 0x03};
      byte[] connect = {0x10, 0x7F, 0x00, 0x04, 'M', 'Q', 'T', 'T', 0x05, 0x02, 0x00, 0x3C};
      notes.attacker("opens " + CONNECTIONS + " connections and says a byte now and then, or none");
      attack(
          target,
          List.of(
              new Slowness("silent before TLS, MQTT", mqtt, Optional.empty(), new byte[0]),
              new Slowness("silent before TLS, HTTPS", https, Optional.empty(), new byte[0]),
              new Slowness("a slow TLS hello", mqtt, Optional.empty(), hello),
              new Slowness("silent after TLS, MQTT", mqtt, Optional.of(tls), new byte[0]),
              new Slowness("a slow CONNECT", mqtt, Optional.of(tls), connect),
              new Slowness(
                  "slow headers",
                  https,
                  Optional.of(tls),
                  "GET / HTTP/1.1\r\nX: ".getBytes(US_ASCII))),
          device,
          notes);
      return notes.about(Subject.device(device.id()));
    }
  }

  private static void attack(
      Target target, List<Slowness> ways, SimulatedDevice device, Attack.Notes notes) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<String>>> ends =
          ways.stream()
              .flatMap(way -> java.util.stream.Stream.generate(() -> way).limit(CONNECTIONS / 6))
              .map(way -> threads.submit(() -> holds(target, way)))
              .toList();
      if (Victims.comesBack(device)) {
        notes.stopped(Attack.Layer.GATEWAY, "others are served meanwhile");
      } else {
        notes.breached("a decent device found no place");
      }
      for (Future<Optional<String>> end : ends) {
        end.get().ifPresentOrElse(notes::breached, () -> closed(notes));
      }
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new DrillNotRun("it was interrupted", e);
    }
  }

  private static void closed(Attack.Notes notes) {
    notes.stoppedOnce(Attack.Layer.LISTENER, "each was closed within " + ENOUGH.toSeconds() + " s");
  }

  /** What held, if it held. */
  private static Optional<String> holds(Target target, Slowness way) {
    String host = target.server().host();
    try (Wire wire =
        way.tls().isPresent()
            ? Wire.tls(way.tls().get(), host, way.port())
            : Wire.plain(host, way.port())) {
      long end = System.nanoTime() + ENOUGH.toNanos();
      for (int i = 0; System.nanoTime() < end; i++) {
        if (i < way.drops().length && !wire.say(new byte[] {way.drops()[i]})) {
          return Optional.empty();
        }
        if (wire.closedWithin(DRIP).isPresent()) {
          return Optional.empty();
        }
      }
      return Optional.of(way.what() + " held its connection for " + ENOUGH.toSeconds() + " s");
    } catch (IOException refused) {
      return Optional.empty();
    }
  }
}
