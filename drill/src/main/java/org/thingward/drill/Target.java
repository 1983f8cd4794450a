package org.thingward.drill;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.MqttClient;
import org.thingward.device.ServerAddress;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.operator.ServerFolder;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * A server under attack, and what the red team may use. The operator's credential serves to make
 * victims and to give orders about them, never to attack.
 */
public final class Target implements AutoCloseable {
  /** How long an effect is waited for before it counts as missing. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long nothing must happen before it counts as not happening. */
  static final Duration SILENCE = Duration.ofSeconds(2);

  /** How long something may take to arrive where many things are tried one after the other. */
  static final Duration MOMENT = Duration.ofMillis(200);

  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

  private final ServerFolder folder;
  private final ServerAddress server;
  private final Operator operator;
  private final SecureRandom random;
  private final InstantSource clock;
  private final MqttClient mqtt;
  private Optional<TrialServer> trial = Optional.empty();

  /**
   * A server to attack.
   *
   * @param folder its data directory: where it listens, and its log, which is copied and never
   *     changed
   */
  public Target(ServerFolder folder, Operator operator, InstantSource clock, SecureRandom random) {
    this.folder = folder;
    this.server = folder.devices();
    this.operator = operator;
    this.random = random;
    this.clock = clock;
    this.mqtt = new MqttClient(server, clock);
  }

  ServerAddress server() {
    return server;
  }

  Operator operator() {
    return operator;
  }

  Path publicLog() {
    return folder.publicLog();
  }

  /** The server's data directory, for who has its disk. */
  Path data() {
    return folder.root();
  }

  /** The server's process on this machine. */
  ProcessHandle process() {
    return folder.process();
  }

  SecureRandom random() {
    return random;
  }

  InstantSource clock() {
    return clock;
  }

  MqttClient mqtt() {
    return mqtt;
  }

  /** A new name that no other drill uses. */
  String newName() {
    byte[] suffix = new byte[4];
    random.nextBytes(suffix);
    return "drill-" + HexFormat.of().formatHex(suffix);
  }

  /** A device of our own, enrolled and not connected. */
  SimulatedDevice newDevice() {
    Subject subject = Subject.device(newName());
    return enrolled(subject, tokenFor(subject));
  }

  /** A token that lets one subject enrol. */
  EnrolmentToken tokenFor(Subject subject) {
    return operator.createToken(subject, TOKEN_LIFE);
  }

  /** A device that has used this very token, and is not connected. */
  SimulatedDevice enrolled(Subject subject, EnrolmentToken token) {
    SimulatedDevice device = new SimulatedDevice(subject.name(), server, mqtt, random);
    try (EstClient est = new EstClient(server, token.authority())) {
      device.enrol(est, token);
    }
    return device;
  }

  /** How a device stands, as the operator sees it. */
  JsonNode posture(SimulatedDevice device) {
    return operator.posture(Subject.device(device.id()));
  }

  /** The number of its tier (AR4SI); -1 if it has none. */
  int tier(SimulatedDevice device) {
    return posture(device).path("tier").asInt(-1);
  }

  /** A service that may read telemetry, enrolled and not connected. */
  SimulatedDevice listener() {
    Subject subject = Subject.service(Drills.LISTENER);
    return enrolled(subject, tokenFor(subject));
  }

  /** The authorities that the server stands under, as a token lets anyone find them. */
  List<X509Certificate> authorities() {
    EnrolmentToken token = tokenFor(Subject.device(newName()));
    try (EstClient est = new EstClient(server, token.authority())) {
      return est.authorities();
    }
  }

  /**
   * A second server, on which what takes days takes seconds; started when it is first asked for.
   *
   * @throws DrillNotRun if it cannot be
   */
  TrialServer trial() {
    TrialServer server = trial.orElseGet(() -> TrialServer.beside(this));
    trial = Optional.of(server);
    return server;
  }

  @Override
  public void close() {
    trial.ifPresent(TrialServer::close);
    mqtt.close();
  }
}
