package org.thingward.broker;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Lets the answers to one read leave by one write. HiveMQ flushes each PUBACK by itself, which
 * costs it, and whoever reads, a system call a message. What is ready leaves at once: an answer
 * waits for those that the same event loop already has in hand, never for time to pass.
 *
 * <p>Netty finds it as a service, once {@link #EXTENSIONS_SYSTEM_PROPERTY} is {@code serviceload}.
 */
public final class AnswersTogether extends ChannelInitializerExtension {
  private static final boolean ALSO_BETWEEN_READS = true;

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    channel
        .pipeline()
        .addFirst(
            new FlushConsolidationHandler(
                FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES,
                ALSO_BETWEEN_READS));
  }
}
