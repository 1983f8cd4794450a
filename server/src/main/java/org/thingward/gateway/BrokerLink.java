package org.thingward.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/** Opens connections to the broker behind, one for each session. */
final class BrokerLink {
  private static final int CONNECT_MILLIS = 5_000;

  /** What a delivery may be larger than what was published: identifiers that the broker adds. */
  private static final int SLACK = 1 << 16;

  private final Upstream upstream;
  private final int packetBytes;
  private final Optional<SslContext> tls;

  /**
   * Links to this broker.
   *
   * @throws IllegalStateException if the certificates that vouch for it cannot be read
   */
  BrokerLink(Upstream upstream, Limits limits) {
    this.upstream = upstream;
    this.packetBytes = limits.packetBytes() + SLACK;
    this.tls = upstream.tls() ? Optional.of(tlsContext(upstream)) : Optional.empty();
  }

  private static SslContext tlsContext(Upstream upstream) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.OPENSSL)
              .endpointIdentificationAlgorithm("HTTPS");
      upstream.authority().ifPresent(file -> builder.trustManager(file.toFile()));
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalStateException("TLS to the broker cannot be set up: " + e.getMessage(), e);
    }
  }

  /** The credential to present in each CONNECT. */
  Optional<Upstream.Credential> credential() {
    return upstream.credential();
  }

  /**
   * The client id that a subject has at the broker. A service's holds a character that no device id
   * can hold, so that the two never meet.
   */
  static String clientId(Subject subject) {
    return subject.kind() == SubjectKind.SERVICE ? "service/" + subject.name() : subject.name();
  }

  /** Connects on {@code loop}; {@code handler} gets whole packets once the valve lets them pass. */
  ChannelFuture open(EventLoop loop, Valve valve, ChannelHandler handler) {
    return new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                tls.ifPresent(context -> channel.pipeline().addLast(tlsHandler(context, channel)));
                channel
                    .pipeline()
                    .addLast(new PacketCutter(packetBytes, packetBytes), valve, handler);
              }
            })
        .connect(upstream.host(), upstream.port());
  }

  /**
   * Opens a connection of our own that ends within {@code patience}, whatever the broker does.
   *
   * @param failed hears, on {@code loop}, why the broker cannot be reached
   */
  void openFor(
      EventLoop loop, ChannelHandler handler, Duration patience, Consumer<Throwable> failed) {
    open(loop, new Valve(), handler)
        .addListener(
            (ChannelFutureListener)
                opened -> {
                  if (opened.isSuccess()) {
                    Closing.within(opened.channel(), patience);
                  } else {
                    failed.accept(opened.cause());
                  }
                });
  }

  private SslHandler tlsHandler(SslContext context, Channel channel) {
    return context.newHandler(channel.alloc(), upstream.host(), upstream.port());
  }
}
