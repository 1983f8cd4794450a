package org.thingward.device;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Many simulated devices, each on its own virtual thread. Steps (enrol all, connect all, publish)
 * return when every device has finished; one that fails does not stop the others.
 */
public final class Fleet implements AutoCloseable {
  /** Hears how far a step has come; called from many threads. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} devices have finished, well or badly. */
    void at(int done, int total);
  }

  /**
   * How a step went.
   *
   * @param succeeded the devices that did it
   * @param failures why others did not, by device id
   * @param took from the first start to the last end
   */
  public record Outcome(int succeeded, Map<String, String> failures, Duration took) {
    public boolean complete() {
      return failures.isEmpty();
    }
  }

  /** The most devices that are in a handshake or enrolment at the same moment. */
  private static final int AT_ONCE = 64;

  private final MqttClient mqtt;
  private final InstantSource clock;
  private final Map<String, SimulatedDevice> devices = new TreeMap<>();

  /**
   * A fleet of devices that are not yet enrolled.
   *
   * @param ids their device ids
   * @param clock what durations are measured with
   * @param random where their keys come from
   */
  public Fleet(ServerAddress server, List<String> ids, InstantSource clock, SecureRandom random) {
    this.mqtt = new MqttClient(server, clock);
    this.clock = clock;
    ids.forEach(id -> devices.put(id, new SimulatedDevice(id, server, mqtt, random)));
  }

  /** The devices, in the order of their ids. */
  public List<SimulatedDevice> devices() {
    return List.copyOf(devices.values());
  }

  /**
   * The device with this id.
   *
   * @throws IllegalArgumentException if the fleet has none
   */
  public SimulatedDevice device(String id) {
    return Optional.ofNullable(devices.get(id))
        .orElseThrow(() -> new IllegalArgumentException("the fleet has no device " + id));
  }

  /** The client that the devices share, for whoever wants to be another party in the same scene. */
  public MqttClient mqtt() {
    return mqtt;
  }

  /** Enrols every device for which there is a token. */
  public Outcome enrolAll(EstClient est, Map<String, EnrolmentToken> tokens, Progress progress) {
    List<SimulatedDevice> invited = tokens.keySet().stream().map(this::device).toList();
    return each(
        invited,
        device ->
            device.enrol(
                est, Objects.requireNonNull(tokens.get(device.id()), "a token for each device")),
        progress);
  }

  /** Connects every device; a refusal counts as a failure. */
  public Outcome connectAll(Progress progress) {
    return each(devices(), Fleet::connectOrFail, progress);
  }

  private static void connectOrFail(SimulatedDevice device) {
    Acceptance answer = device.connect().acceptance();
    if (!answer.accepted()) {
      throw new ServerRefused(
          403, "CONNACK 0x%02X %s".formatted(answer.reason(), answer.text()).strip());
    }
  }

  /** Every connected device publishes one reading and waits for the acknowledgement. */
  public Outcome publishAll(Progress progress) {
    List<SimulatedDevice> connected =
        devices().stream().filter(SimulatedDevice::isConnected).toList();
    return each(connected, Fleet::publishOrFail, progress);
  }

  private static void publishOrFail(SimulatedDevice device) {
    int reason = device.publishTelemetry("{\"celsius\":21}");
    if (reason >= 0x80) {
      throw new ServerRefused(403, "PUBACK 0x%02X".formatted(reason));
    }
  }

  private Outcome each(
      List<SimulatedDevice> some, Consumer<SimulatedDevice> step, Progress progress) {
    var start = clock.instant();
    Semaphore slots = new Semaphore(AT_ONCE);
    AtomicInteger done = new AtomicInteger();
    Map<String, String> failures = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (SimulatedDevice device : some) {
        running.add(
            threads.submit(() -> {
              slots.acquireUninterruptibly();
              try {
                step.accept(device);
              } catch (RuntimeException e) {
                synchronized (failures) {
                  failures.put(device.id(), String.valueOf(e.getMessage()));
                }
              } finally {
                slots.release();
                progress.at(done.incrementAndGet(), some.size());
              }
            }));
      }
    }
    return new Outcome(
        some.size() - failures.size(),
        Map.copyOf(failures),
        Duration.between(start, clock.instant()));
  }

  /** Ends every session and the client. */
  @Override
  public void close() {
    mqtt.close();
  }
}
