package org.thingward.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Peer;

/**
 * Watches a connection whose session was taken over: one byte of MQTT from it means that two hold
 * its key (rule G8). Its end means nothing, and what a broken connection still delivers comes with
 * its end: hence the moment's grace.
 */
final class TripWire extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(TripWire.class);
  private static final int NO_KEEP_ALIVE_SECONDS = 90;

  private final Parts parts;
  private final Peer peer;
  private final Runnable over;
  private boolean heard;

  /**
   * A wire for a connection of this peer.
   *
   * @param over called when there is nothing to watch any more
   */
  TripWire(Parts parts, Peer peer, Runnable over) {
    this.parts = parts;
    this.peer = peer;
    this.over = over;
  }

  /**
   * Begins to watch, until the connection's peer would have given up.
   *
   * @param keepAlive the connection's keep-alive, in seconds; 0 for none
   */
  void stretch(Channel channel, int keepAlive) {
    channel.pipeline().addAfter(channel.pipeline().context(SslHandler.class).name(), null, this);
    channel.config().setAutoRead(true);
    long millis = (keepAlive == 0 ? NO_KEEP_ALIVE_SECONDS : keepAlive) * 1_500L;
    channel.eventLoop().schedule(over, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    ReferenceCountUtil.release(bytes);
    if (!heard) {
      heard = true;
      long grace = parts.limits().overlapGrace().toMillis();
      ctx.executor().schedule(() -> tripIfAlive(ctx), grace, TimeUnit.MILLISECONDS);
    }
  }

  private void tripIfAlive(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      log.warn("the key of {} is in use at two places", peer.subject());
      parts.meter().overlap();
      Overlap overlap = new Overlap(peer.subject(), peer.credential(), parts.time().now());
      parts.threads().execute(() -> state(overlap));
      over.run();
    }
  }

  /**
   * States what was seen, and the posture falls; if that cannot be, the sessions end all the same.
   */
  private void state(Overlap overlap) {
    try {
      parts.evidence().state(overlap.evidence());
    } catch (RuntimeException e) {
      log.error("overlap of {} could not be stated: {}", peer.subject(), e.toString());
      Ending cut = Ending.cut("This key is in use at two places.");
      parts.sessions().of(peer.subject()).forEach(other -> other.endSoon(cut));
    }
  }
}
