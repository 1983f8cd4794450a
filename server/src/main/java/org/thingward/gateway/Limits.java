package org.thingward.gateway;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What the gateway takes at most, so that no client costs more than its share.
 *
 * @param packetBytes the largest packet, in bytes; told to MQTT 5 clients in CONNACK
 * @param connectBytes the largest CONNECT, in bytes (rule G11)
 * @param connectWithin how long a CONNECT may take after the handshake (rule G11)
 * @param handshakeWithin how long the TLS handshake may take
 * @param handshakes how many handshakes may be under way at once; a quarter of them is for
 *     addresses from which an identity was proved lately
 * @param handshakesPerAddress how many of them from one address
 * @param connectsPerSecond how many new connections one address may open in a second
 * @param topicBytes the longest topic, in bytes
 * @param topicAliases how many topic aliases an MQTT 5 client may use
 * @param subscriptions how many filters one session may hold
 * @param publishesPerSecond how many messages a session may publish in a second, sustained; above
 *     it is read more slowly, nothing is lost
 * @param sessionExpiry the longest that a session may outlive its connection (rule G9)
 * @param whenRefused what a refused PUBLISH of MQTT 3.1.1 leads to, which has no code for it
 * @param overlapGrace how long a byte on a taken-over connection waits for the connection's end
 *     before it counts as overlap: what a lost connection still delivers ends with its end
 * @param elsewhereGrace how long a session whose subject was heard from another place may still say
 *     what was on its way; what it says after that it says from there
 * @param refusedPackets how many packets of one subject may be refused in fifteen minutes before
 *     their number is stated as evidence
 */
public record Limits(
    int packetBytes,
    int connectBytes,
    Duration connectWithin,
    Duration handshakeWithin,
    int handshakes,
    int handshakesPerAddress,
    int connectsPerSecond,
    int topicBytes,
    int topicAliases,
    int subscriptions,
    int publishesPerSecond,
    Duration sessionExpiry,
    WhenRefused whenRefused,
    Duration overlapGrace,
    Duration elsewhereGrace,
    int refusedPackets) {

  /** What follows a refused PUBLISH in MQTT 3.1.1. */
  public enum WhenRefused {
    /** It is acknowledged and dropped. */
    DROP,
    /** The connection is closed. */
    CLOSE
  }

  /** Generous for a device, tight for an attacker. */
  public static Limits defaults() {
    return new Limits(
        1 << 18,
        8_192,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        2_048,
        512,
        2_000,
        1_024,
        16,
        100,
        2_000,
        Duration.ofDays(7),
        WhenRefused.DROP,
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        100);
  }

  /** These with another pace for publishing. */
  public Limits withPublishesPerSecond(int rate) {
    return changed(limits -> limits.publishesPerSecond = rate);
  }

  /** These with another time for the CONNECT. */
  public Limits withConnectWithin(Duration time) {
    return changed(limits -> limits.connectWithin = time);
  }

  /** These with another budget of handshakes under way. */
  public Limits withHandshakes(int ofAll, int ofOneAddress) {
    return changed(limits -> {
      limits.handshakes = ofAll;
      limits.handshakesPerAddress = ofOneAddress;
    });
  }

  /** These with another number of refused packets that are not yet evidence. */
  public Limits withRefusedPackets(int packets) {
    return changed(limits -> limits.refusedPackets = packets);
  }

  /** These with another time for what was on its way from a place that was left. */
  public Limits withElsewhereGrace(Duration time) {
    return changed(limits -> limits.elsewhereGrace = time);
  }

  /** These with another answer to a refused PUBLISH of MQTT 3.1.1. */
  public Limits withWhenRefused(WhenRefused answer) {
    return changed(limits -> limits.whenRefused = answer);
  }

  private Limits changed(Consumer<Changed> change) {
    Changed limits = new Changed(this);
    change.accept(limits);
    return limits.whole();
  }

  /** Limits while they are changed, and what of them may be. */
  private static final class Changed {
    private final Limits before;
    private Duration connectWithin;
    private int handshakes;
    private int handshakesPerAddress;
    private int publishesPerSecond;
    private WhenRefused whenRefused;
    private Duration elsewhereGrace;
    private int refusedPackets;

    Changed(Limits before) {
      this.before = before;
      this.connectWithin = before.connectWithin;
      this.handshakes = before.handshakes;
      this.handshakesPerAddress = before.handshakesPerAddress;
      this.publishesPerSecond = before.publishesPerSecond;
      this.whenRefused = before.whenRefused;
      this.elsewhereGrace = before.elsewhereGrace;
      this.refusedPackets = before.refusedPackets;
    }

    Limits whole() {
      return new Limits(
          before.packetBytes,
          before.connectBytes,
          connectWithin,
          before.handshakeWithin,
          handshakes,
          handshakesPerAddress,
          before.connectsPerSecond,
          before.topicBytes,
          before.topicAliases,
          before.subscriptions,
          publishesPerSecond,
          before.sessionExpiry,
          whenRefused,
          before.overlapGrace,
          elsewhereGrace,
          refusedPackets);
    }
  }
}
