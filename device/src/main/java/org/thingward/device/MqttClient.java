package org.thingward.device;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Opens MQTT sessions over mutually authenticated TLS 1.3. One client serves any number of
 * sessions, of any number of devices; safe for many threads.
 */
public final class MqttClient implements AutoCloseable {
  private static final int MAX_PACKET = 1 << 20;
  private static final Duration TIME_OUT = Duration.ofSeconds(20);

  private final ServerAddress server;
  private final InstantSource clock;
  private final Optional<InetAddress> from;
  private final EventLoopGroup loops;

  /**
   * A client of one server.
   *
   * @param clock what the times of messages and closures are read from
   */
  public MqttClient(ServerAddress server, InstantSource clock) {
    this(server, clock, Optional.empty());
  }

  /**
   * A client that speaks from a certain address of its machine.
   *
   * @param from one of the machine's own; empty for whichever leads to the server
   */
  public MqttClient(ServerAddress server, InstantSource clock, Optional<InetAddress> from) {
    this.server = server;
    this.clock = clock;
    this.from = from;
    this.loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
  }

  /**
   * Connects, shakes hands, sends CONNECT and waits for the answer, for at most 20 s. A refusing
   * CONNACK is an answer: look at {@link MqttSession#acceptance()}.
   *
   * @throws ServerUnreachable if the connection or the handshake fails, or no CONNACK comes
   */
  public MqttSession open(ClientTls tls, MqttSettings settings) {
    SslContext context = tls.forMqtt();
    MqttLink link = new MqttLink(settings, clock);
    Channel channel = connect(context, settings, link);
    try {
      return new MqttSession(channel, link, link.acceptance().get(20, TimeUnit.SECONDS), settings);
    } catch (Exception failure) {
      channel.close();
      throw failed(failure);
    }
  }

  private Channel connect(SslContext tls, MqttSettings settings, MqttLink link) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TIME_OUT.toMillis())
            .handler(pipeline(tls, settings, link));
    from.ifPresent(own -> bootstrap.localAddress(own, 0));
    var connecting = bootstrap.connect(server.host(), server.mqttPort()).awaitUninterruptibly();
    if (!connecting.isSuccess()) {
      throw new ServerUnreachable(
          "nothing answers at " + server.host() + ":" + server.mqttPort(), connecting.cause());
    }
    return connecting.channel();
  }

  private ChannelInitializer<SocketChannel> pipeline(
      SslContext tls, MqttSettings settings, MqttLink link) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        long ping = Math.max(1, settings.keepAlive().toSeconds() / 2);
        channel
            .pipeline()
            .addLast(tls.newHandler(channel.alloc(), server.host(), server.mqttPort()))
            .addLast(new IdleStateHandler(0, ping, 0, TimeUnit.SECONDS))
            .addLast(new MqttDecoder(MAX_PACKET))
            .addLast(MqttEncoder.INSTANCE)
            .addLast(link);
      }
    };
  }

  private ServerUnreachable failed(Exception failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new ServerUnreachable("no session with " + server.host() + ": " + text, cause);
  }

  /** Ends every session without a DISCONNECT, and waits for the threads to end. */
  @Override
  public void close() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).addListener(done -> ended.complete(null));
    ended.join();
  }
}
