package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.thingward.device.Closure;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.Fleet;
import org.thingward.device.Message;
import org.thingward.device.MqttSession;
import org.thingward.device.ServerAddress;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.operator.ServerFolder;
import org.thingward.trust.Subject;

/** What every scene plays on: a server, its operator, a fleet, and a service that reads. */
final class Stage implements AutoCloseable {
  /** How long an effect is waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** How long nothing must be heard. */
  static final Duration SILENCE = Duration.ofSeconds(2);

  private static final Duration TOKEN_LIFE = Duration.ofHours(1);

  private final Tools tools;
  private final ServerAddress server;
  private final Operator operator;
  private final ServerFolder folder;
  private final Fleet fleet;
  private final SimulatedDevice reader;

  Stage(Tools tools, ServerAddress server, Operator operator, ServerFolder folder) {
    this.tools = tools;
    this.server = server;
    this.operator = operator;
    this.folder = folder;
    this.fleet = new Fleet(server, Cast.ids(), tools.clock(), tools.random());
    this.reader = new SimulatedDevice(Cast.READER, server, fleet.mqtt(), tools.random());
  }

  Terminal terminal() {
    return tools.terminal();
  }

  InstantSource clock() {
    return tools.clock();
  }

  SecureRandom random() {
    return tools.random();
  }

  ServerAddress server() {
    return server;
  }

  Operator operator() {
    return operator;
  }

  ServerFolder folder() {
    return folder;
  }

  Path publicLog() {
    return folder.publicLog();
  }

  Fleet fleet() {
    return fleet;
  }

  SimulatedDevice device(String id) {
    return fleet.device(id);
  }

  /** The service that reads telemetry. */
  SimulatedDevice reader() {
    return reader;
  }

  /** A new token, and with it a new key and certificate. */
  void enrol(SimulatedDevice device, Subject subject) {
    EnrolmentToken token = operator.createToken(subject, TOKEN_LIFE);
    try (EstClient est = new EstClient(server, token.authority())) {
      device.enrol(est, token);
    }
  }

  EnrolmentToken token(Subject subject) {
    return operator.createToken(subject, TOKEN_LIFE);
  }

  /** How long after {@code start} the session ended; fails if it does not. */
  Duration cutAfter(MqttSession session, Instant start, String whose) {
    Optional<Closure> end = session.awaitClosed(PATIENCE);
    SceneFailed.unless(
        end.isPresent(), whose + " was not cut within " + PATIENCE.toSeconds() + " s");
    return Duration.between(start, end.orElseThrow().at());
  }

  /** Whether a device gets in when it tries. */
  boolean getsIn(SimulatedDevice device) {
    try {
      return device.connect().acceptance().accepted();
    } catch (ServerUnreachable refused) {
      return false;
    }
  }

  /** Whether the service hears a message with this topic and text before it is silent. */
  boolean hears(String topic, String text) {
    Optional<Message> message = reader.session().nextMessage(SILENCE);
    while (message.isPresent()) {
      if (message.get().topic().equals(topic) && message.get().text().equals(text)) {
        return true;
      }
      message = reader.session().nextMessage(SILENCE);
    }
    return false;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    fleet.close();
  }
}
