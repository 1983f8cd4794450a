package org.thingward.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.thingward.device.ClientTls;
import org.thingward.device.SelfReport;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** What no client says, at each listener: bytes that are nothing, and bytes that are too much. */
final class MalformedInput implements Drill {
  private static final int MEGABYTE = 1 << 20;

  // A listener may wait ten seconds for a handshake and five for a CONNECT, but then it closes.
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(20);

  @Override
  public String id() {
    return "malformed-input";
  }

  @Override
  public String attempt() {
    return "bring a listener down, or into an error of its own, by random bytes, broken TLS,"
        + " oversized packets and bodies, and deeply nested JSON";
  }

  @Override
  public Group group() {
    return Group.CONNECTIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G11",
        Defence.line(Attack.Layer.LISTENER, "a packet is bounded before it is read"),
        Defence.line(Attack.Layer.LISTENER, "a CONNECT has five seconds"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice device = target.newDevice()) {
      SSLContext tls = ClientTls.of(device.credential()).forHttps();
      notes.attacker("sends to both ports what is no TLS");
      for (int port : List.of(target.server().mqttPort(), target.server().httpsPort())) {
        for (byte[] bytes : beforeTls(target)) {
          expectClosed(target, port, Optional.empty(), bytes, notes);
        }
      }
      notes.attacker("as a device, sends after the handshake what is no MQTT and no HTTP");
      for (byte[] bytes : insteadOfMqtt(target)) {
        expectClosed(target, target.server().mqttPort(), Optional.of(tls), bytes, notes);
      }
      for (byte[] bytes : insteadOfHttp(target)) {
        expectClosed(target, target.server().httpsPort(), Optional.of(tls), bytes, notes);
      }
      notes.attacker("as a device, sends reports that are none");
      for (String report : reports()) {
        send(target, device, report, notes);
      }
      expectService(device, notes);
      return notes.about(Subject.device(device.id()));
    }
  }

  private static List<byte[]> beforeTls(Target target) {
    return List.of(
        random(target, 4_096),
        "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII),
        new byte[] {0x16, 0x03, 0x01, (byte) 0xFF, (byte) 0xFF},
        new byte[] {0x16, 0x03, 0x01, 0, 5, 1, 0, 0, 1, 0});
  }

  private static List<byte[]> insteadOfMqtt(Target target) {
    byte[] huge = new byte[64 << 10];
    huge[0] = 0x10;
    huge[1] = (byte) 0xFF;
    huge[2] = (byte) 0xFF;
    huge[3] = 0x03;
    return List.of(
        random(target, 4_096),
        new byte[] {0x10, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1},
        new byte[] {0x30, 2, 0, 0},
        new byte[] {0x10, 4, 0, 2, 'M', 'Q'},
        huge);
  }

  private static List<byte[]> insteadOfHttp(Target target) {
    return List.of(
        random(target, 4_096),
        ("GET /" + "a".repeat(8_192) + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(US_ASCII),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + "b".repeat(65_536) + "\r\n\r\n").getBytes(US_ASCII),
        ("POST /.well-known/thingward/evidence HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n")
            .getBytes(US_ASCII));
  }

  private static List<String> reports() {
    return List.of(
        "[".repeat(10_000),
        "{\"a\":".repeat(2_000),
        "{\"kind\":\"" + "x".repeat(15_000) + "\",\"claims\":{}}",
        "{\"kind\":\"boot\",\"claims\":{\"x\":{\"count\":1e999999}}}",
        "{\"padding\":\"" + "x".repeat(MEGABYTE) + "\"}",
        "\u0000\u0001");
  }

  private static byte[] random(Target target, int length) {
    byte[] bytes = new byte[length];
    target.random().nextBytes(bytes);
    return bytes;
  }

  private static void expectClosed(
      Target target, int port, Optional<SSLContext> tls, byte[] bytes, Attack.Notes notes) {
    String host = target.server().host();
    try (Wire wire = tls.isPresent() ? Wire.tls(tls.get(), host, port) : Wire.plain(host, port)) {
      boolean said = wire.say(bytes);
      Optional<byte[]> last = wire.closedWithin(CLOSED_WITHIN);
      if (last.isEmpty()) {
        notes.breached(
            "port %d kept a connection open on %d bytes of nonsense (%s)"
                .formatted(port, bytes.length, said ? "all taken" : "not all taken"));
      } else if (new String(last.get(), US_ASCII).startsWith("HTTP/1.1 5")) {
        notes.breached("port " + port + " answered nonsense with an error of its own");
      } else {
        notes.stoppedOnce(Attack.Layer.LISTENER, "nonsense ends the connection");
      }
    } catch (IOException refused) {
      notes.stoppedOnce(Attack.Layer.LISTENER, "nonsense ends the connection");
    }
  }

  private static void send(
      Target target, SimulatedDevice device, String report, Attack.Notes notes) {
    try (SelfReport own = new SelfReport(target.server(), device.credential())) {
      own.send(report.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      notes.breached("a report that is none was taken");
    } catch (ServerRefused refused) {
      if (refused.status() >= 500) {
        notes.breached("a malformed report is answered " + refused.status());
      } else {
        notes.stoppedOnce(Attack.Layer.EVIDENCE, "a malformed report: " + refused.status());
      }
    } catch (ServerUnreachable closed) {
      notes.stoppedOnce(Attack.Layer.LISTENER, "an oversized report ends the connection");
    }
  }

  private static void expectService(SimulatedDevice device, Attack.Notes notes) {
    if (Victims.comesBack(device)) {
      notes.stopped(Attack.Layer.GATEWAY, "others are served as before");
    } else {
      notes.breached("a decent device is not served any more");
    }
  }
}
