package org.thingward.gateway;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Peer;
import org.thingward.trust.Digest;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

/**
 * A will that the broker delays, and what it takes to judge and to withdraw it without its device.
 *
 * @param request what is asked about its device
 * @param topic where the will goes
 * @param responseTopic where answers to it shall go
 * @param seconds how long after the device's loss the broker publishes it at the latest
 * @param sessionExpiry seconds that the session outlives its connection
 * @param connected when its device asked to be let in, which tells one connection from the next
 */
record AbsentWill(
    Request request,
    byte[] topic,
    Optional<byte[]> responseTopic,
    long seconds,
    long sessionExpiry,
    Instant connected) {
  private static final String FORMAT = "thingward-will 1";

  /** The will of a connection, if the broker would wait with it. */
  static Optional<AbsentWill> of(Peer peer, Connect connect, Instant connected, Limits limits) {
    long expiry = Math.min(connect.sessionExpiry(), limits.sessionExpiry().toSeconds());
    return connect
        .will()
        .filter(will -> will.delay() > 0 && expiry > 0)
        .map(will ->
            new AbsentWill(
                new Request(RequestKind.CONNECT, peer.subject(), peer.credential(), peer.end()),
                will.topic(),
                will.responseTopic(),
                Math.min(will.delay(), expiry),
                expiry,
                connected));
  }

  Subject subject() {
    return request.subject();
  }

  /** Lines of a name and a value. */
  String encode() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    line(text, "subject", request.subject().toString());
    line(text, "credential", request.credential().toString());
    line(text, "credential-end", request.credentialEnd().toString());
    line(text, "topic", HexFormat.of().formatHex(topic));
    responseTopic.ifPresent(other -> line(text, "response-topic", HexFormat.of().formatHex(other)));
    line(text, "seconds", Long.toString(seconds));
    line(text, "session-expiry", Long.toString(sessionExpiry));
    line(text, "connected", connected.toString());
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append(' ').append(value).append('\n');
  }

  /**
   * What {@link #encode()} gave.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static AbsentWill decode(String text) {
    String[] lines = text.split("\n", -1);
    if (!lines[0].equals(FORMAT)) {
      throw new IllegalArgumentException("not a will that this version kept");
    }
    Map<String, String> values = new HashMap<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        values.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    return new AbsentWill(
        new Request(
            RequestKind.CONNECT,
            Subject.parse(value(values, "subject")),
            Digest.parse(value(values, "credential")),
            Instant.parse(value(values, "credential-end"))),
        HexFormat.of().parseHex(value(values, "topic")),
        Optional.ofNullable(values.get("response-topic")).map(HexFormat.of()::parseHex),
        Long.parseLong(value(values, "seconds")),
        Long.parseLong(value(values, "session-expiry")),
        Instant.parse(value(values, "connected")));
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a kept will without its " + name);
    }
    return value;
  }
}
