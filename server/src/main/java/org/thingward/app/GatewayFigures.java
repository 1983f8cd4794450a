package org.thingward.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.thingward.gateway.Meter;
import org.thingward.trust.GrantEnd;

/** The gateway's figures as metrics. */
final class GatewayFigures implements Meter {
  private final MeterRegistry registry;
  private final Counter opened;
  private final Counter connectsRefused;
  private final Counter published;
  private final Counter delivered;
  private final Counter packetsRefused;
  private final Counter overlaps;
  private final Timer cuts;

  GatewayFigures(MeterRegistry registry) {
    this.registry = registry;
    this.opened = registry.counter("thingward.gateway.sessions.opened");
    this.connectsRefused = registry.counter("thingward.gateway.connects.refused");
    this.published = registry.counter("thingward.gateway.messages.published");
    this.delivered = registry.counter("thingward.gateway.messages.delivered");
    this.packetsRefused = registry.counter("thingward.gateway.packets.refused");
    this.overlaps = registry.counter("thingward.gateway.overlaps");
    this.cuts =
        Timer.builder("thingward.gateway.cuts")
            .description("from hearing a change of posture to the session's cut")
            .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(5))
            .register(registry);
  }

  @Override
  public void sessionOpened() {
    opened.increment();
  }

  @Override
  public void sessionEnded(GrantEnd.Cause cause) {
    registry
        .counter("thingward.gateway.sessions.ended", "cause", cause.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  @Override
  public void connectRefused() {
    connectsRefused.increment();
  }

  @Override
  public void published() {
    published.increment();
  }

  @Override
  public void delivered() {
    delivered.increment();
  }

  @Override
  public void packetRefused() {
    packetsRefused.increment();
  }

  @Override
  public void cut(long nanos) {
    cuts.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void overlap() {
    overlaps.increment();
  }
}
