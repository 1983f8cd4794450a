package org.thingward.device;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * One device of software: enrols, connects, reports, listens to commands, and says what it booted.
 * It behaves as a decent device does, and as a stolen one where a scene wants it.
 */
public final class SimulatedDevice implements AutoCloseable {
  private final String id;
  private final ServerAddress server;
  private final MqttClient mqtt;
  private final SecureRandom random;
  private volatile Optional<Credential> credential = Optional.empty();
  private volatile Optional<MqttSession> session = Optional.empty();

  /**
   * A device that is not yet enrolled.
   *
   * @param id its device id
   * @param mqtt the client to connect with, shared by many devices
   * @param random where its keys come from
   */
  public SimulatedDevice(String id, ServerAddress server, MqttClient mqtt, SecureRandom random) {
    this.id = id;
    this.server = server;
    this.mqtt = mqtt;
    this.random = random;
  }

  public String id() {
    return id;
  }

  /** Its telemetry topic. */
  public String telemetryTopic() {
    return "t/" + id + "/telemetry";
  }

  /** Gets a certificate for a new key with an operator's token. */
  public void enrol(EstClient est, EnrolmentToken token) {
    credential = Optional.of(est.enrol(token, DeviceKey.generate(random), id));
  }

  /** As {@link #enrol(EstClient, EnrolmentToken)}, for the key in its TPM. */
  public void enrol(EstClient est, EnrolmentToken token, VirtualTpm tpm) {
    credential = Optional.of(est.enrol(token, DeviceKey.in(tpm), id));
  }

  /** Gets the next certificate, for a new key; it takes effect when the device next connects. */
  public void renew(EstClient est) {
    credential = Optional.of(est.renew(credential(), DeviceKey.generate(random)));
  }

  /**
   * What it proves itself with: also what a thief would copy.
   *
   * @throws IllegalStateException if it is not enrolled
   */
  public Credential credential() {
    return credential.orElseThrow(() -> new IllegalStateException(id + " is not enrolled"));
  }

  /** Connects by MQTT 5 and subscribes to its commands. */
  public MqttSession connect() {
    return connect(MqttSettings.of(id));
  }

  /** Connects and, if accepted, subscribes to its commands. */
  public MqttSession connect(MqttSettings settings) {
    MqttSession opened = open(settings);
    if (opened.acceptance().accepted()) {
      int unused = opened.subscribe("c/" + id + "/#", 1);
    }
    return opened;
  }

  /** Connects and subscribes to nothing: what a service begins with. */
  public MqttSession open(MqttSettings settings) {
    MqttSession opened = mqtt.open(ClientTls.of(credential()).hybridOnly(), settings);
    session = Optional.of(opened);
    return opened;
  }

  /**
   * The session it opened last.
   *
   * @throws IllegalStateException if it never connected
   */
  public MqttSession session() {
    return session.orElseThrow(() -> new IllegalStateException(id + " never connected"));
  }

  public boolean isConnected() {
    return session.map(MqttSession::isOpen).orElse(false);
  }

  /** Publishes a reading; returns the reason code of the answer. */
  public int publishTelemetry(String reading) {
    return session().publishAcknowledged(telemetryTopic(), reading);
  }

  /** Waits for a command; empty if none comes. */
  public Optional<Message> nextCommand(Duration patience) {
    return session().nextMessage(patience);
  }

  /** Tells the server what it booted. */
  public void reportBoot(Digest measured) {
    try (SelfReport report = new SelfReport(server, credential())) {
      report.boot(measured);
    }
  }

  @Override
  public void close() {
    session.ifPresent(MqttSession::close);
  }
}
