package org.thingward.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Peer;
import org.thingward.platform.Place;

/**
 * Waits, on a session whose subject was heard from elsewhere, whether the session itself still
 * speaks. A device that moved does not come back to a connection that it left: what was on its way
 * arrives within the grace, and after that only somebody who is still there speaks.
 */
final class Lookout extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Lookout.class);
  private static final long PAUSE_NANOS = 900_000_000_000L;

  private final Parts parts;
  private final Peer peer;
  private final Channel device;
  private final Place here;

  /** Where the subject was heard besides, and when; on the connection's event loop. */
  private Optional<Elsewhere> elsewhere = Optional.empty();

  private boolean installed;
  private boolean stated;
  private long statedAt;

  private record Elsewhere(Place place, long nanos) {}

  Lookout(Parts parts, Peer peer, Channel device, Place here) {
    this.parts = parts;
    this.peer = peer;
    this.device = device;
    this.here = here;
  }

  /** The subject made itself heard at {@code place}. On any thread. */
  void heard(Place place) {
    if (place.isApartFrom(here)) {
      device.eventLoop().execute(() -> watch(place));
    }
  }

  private void watch(Place place) {
    long now = parts.time().nanos();
    boolean lately = stated && now - statedAt < PAUSE_NANOS;
    if (elsewhere.isEmpty() && !lately && device.isActive()) {
      elsewhere = Optional.of(new Elsewhere(place, now));
      if (!installed) {
        String before = device.pipeline().context(SslHandler.class).name();
        device.pipeline().addAfter(before, null, this);
        installed = true;
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    long now = parts.time().nanos();
    elsewhere
        .filter(seen -> now - seen.nanos() >= parts.limits().elsewhereGrace().toNanos())
        .ifPresent(seen -> {
          elsewhere = Optional.empty();
          stated = true;
          statedAt = now;
          TwoPlaces both = new TwoPlaces(peer.subject(), here, seen.place(), parts.time().now());
          parts.threads().execute(() -> state(both));
        });
    ctx.fireChannelRead(bytes);
  }

  private void state(TwoPlaces both) {
    log.warn("{} speaks at two places at once", peer.subject());
    try {
      var unused = parts.evidence().state(both.evidence());
    } catch (RuntimeException e) {
      log.warn("that {} is at two places is not stated: {}", peer.subject(), e.toString());
    }
  }
}
