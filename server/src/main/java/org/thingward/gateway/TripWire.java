package org.thingward.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches a connection whose session was taken over: one byte of MQTT from it means that two hold
 * its key (rule G8). Its end means nothing, and what a broken connection still delivers comes with
 * its end: hence the moment's grace.
 */
final class TripWire extends ChannelInboundHandlerAdapter {
  private static final int NO_KEEP_ALIVE_SECONDS = 90;

  private final Duration grace;
  private final Runnable tripped;
  private final Runnable over;
  private boolean heard;

  TripWire(Duration grace, Runnable tripped, Runnable over) {
    this.grace = grace;
    this.tripped = tripped;
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
      ctx.executor().schedule(() -> tripIfAlive(ctx), grace.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tripIfAlive(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      tripped.run();
    }
  }
}
