package org.thingward.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.MqttClient;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.trust.Subject;

/** A real server with subjects of its own, and the processes it stands on, to be hurt. */
final class ServerUnderFaults implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path data;
  private final Map<Subject, Credential> credentials = new HashMap<>();
  private RunningServer server;
  private OperatorConnection connection;
  private MqttClient mqtt;

  ServerUnderFaults(Path data) {
    this.data = data;
    this.server = RunningServer.start(data);
    this.connection = connected();
    this.mqtt = new MqttClient(server.process().folder().devices(), InstantSource.system());
  }

  private OperatorConnection connected() {
    return new OperatorConnection(
        server.process().folder().operators(), server.process().folder().operator(), RANDOM);
  }

  Operator operator() {
    return new Operator(connection);
  }

  RunningServer running() {
    return server;
  }

  Path log() {
    return server.process().log();
  }

  /** Registers and enrols a device or service. */
  Subject enrolled(Subject subject) {
    EnrolmentToken token = operator().createToken(subject, Duration.ofHours(1));
    try (EstClient est = new EstClient(server.process().folder().devices(), token.authority())) {
      SimulatedDevice device =
          new SimulatedDevice(subject.name(), server.process().folder().devices(), mqtt, RANDOM);
      device.enrol(est, token);
      credentials.put(subject, device.credential());
    }
    return subject;
  }

  /** A session of a subject that was enrolled; look whether it was accepted. */
  MqttSession open(Subject subject, MqttSettings settings) {
    return mqtt.open(ClientTls.of(credentials.get(subject)).hybridOnly(), settings);
  }

  MqttSession open(Subject subject) {
    return open(subject, MqttSettings.of(subject.name()));
  }

  /** Whether a device is accepted, and a message of its acknowledged. */
  boolean comesIn(Subject device) {
    try (MqttSession session = open(device)) {
      return session.acceptance().accepted()
          && session.publishAcknowledged("t/" + device.name() + "/x", "1") < 0x80;
    } catch (ServerUnreachable | SessionClosed refused) {
      return false;
    }
  }

  /** The processes whose command line holds {@code part}, the server's children among them. */
  List<ProcessHandle> processes(String part) {
    return process().descendants().filter(each -> commandLine(each).contains(part)).toList();
  }

  ProcessHandle process() {
    return server.process().folder().process();
  }

  /** The database and all processes that it made. */
  List<ProcessHandle> database() {
    List<ProcessHandle> all = new ArrayList<>();
    for (ProcessHandle each : processes("\0-D\0" + data.resolve("database"))) {
      if (commandLine(each).split("\0")[0].endsWith("/postgres")) {
        all.add(each);
        each.descendants().forEach(all::add);
      }
    }
    return all;
  }

  List<ProcessHandle> broker() {
    return processes("\0org.thingward.broker.Broker\0").stream()
        .filter(each -> commandLine(each).split("\0")[0].endsWith("java"))
        .toList();
  }

  static void signal(String signal, List<ProcessHandle> processes) {
    if (processes.isEmpty()) {
      throw new AssertionError("there is no process to send " + signal);
    }
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    processes.forEach(each -> command.add(Long.toString(each.pid())));
    run(command);
  }

  static void run(List<String> command) {
    try {
      Process done = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(done.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!done.waitFor(20, TimeUnit.SECONDS) || done.exitValue() != 0) {
        throw new AssertionError(command + " failed: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  /** Kills the server, its database and its broker at one moment, and waits until all are gone. */
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(List.of(process()));
    all.addAll(process().descendants().toList());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().orTimeout(60, TimeUnit.SECONDS).join());
  }

  /** Starts it again on the same data, after {@link #kill()} or after it ended. */
  void start() {
    connection.close();
    mqtt.close();
    server.close();
    server = RunningServer.start(data);
    connection = connected();
    mqtt = new MqttClient(server.process().folder().devices(), InstantSource.system());
  }

  @Override
  public void close() {
    mqtt.close();
    connection.close();
    server.close();
  }
}
