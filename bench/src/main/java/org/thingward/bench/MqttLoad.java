package org.thingward.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import javax.net.ssl.SSLException;
import org.thingward.gateway.Upstream;

/**
 * Load on one port: full handshakes to CONNACK, or QoS 1 messages in a window or at a pace. Over
 * mutual TLS 1.3 with X25519, which every server beside ours speaks too; or in the clear.
 */
final class MqttLoad implements AutoCloseable {
  private static final int HANDSHAKES_AT_ONCE = 50;
  private static final int KEEP_ALIVE = 65_535;
  private static final byte[] PROTOCOL = {0, 4, 'M', 'Q', 'T', 'T'};

  private final int port;
  private final Optional<BenchPki> tls;
  private final Optional<Upstream.Credential> credential;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  private MqttLoad(Optional<BenchPki> tls, Optional<Upstream.Credential> credential, int port) {
    this.tls = tls;
    this.credential = credential;
    this.port = port;
  }

  /** Over mutual TLS. */
  MqttLoad(BenchPki pki, int port) {
    this(Optional.of(pki), Optional.empty(), port);
  }

  /** In the clear, as the gateway speaks to a broker on this machine. */
  static MqttLoad direct(Upstream broker) {
    return new MqttLoad(Optional.empty(), broker.credential(), broker.port());
  }

  /** Connects a second, each holder one connection after the other. */
  double connects(List<BenchPki.Holder> holders, int seconds) throws Exception {
    LongAdder done = new LongAdder();
    AtomicBoolean stop = new AtomicBoolean();
    long start = System.nanoTime();
    for (BenchPki.Holder holder : holders) {
      again(context(holder), holder.name(), done, stop);
    }
    TimeUnit.SECONDS.sleep(seconds);
    double rate = done.sum() / ((System.nanoTime() - start) / 1e9);
    stop.set(true);
    TimeUnit.MILLISECONDS.sleep(500);
    return rate;
  }

  private void again(
      Optional<SslContext> context, String name, LongAdder done, AtomicBoolean stop) {
    if (stop.get()) {
      return;
    }
    open(
        context,
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(connect(name, Optional.empty()));
          }

          @Override
          public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            done.increment();
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 0xE0, 0}))
                .addListener(ChannelFutureListener.CLOSE);
          }

          @Override
          public void channelInactive(ChannelHandlerContext ctx) {
            again(context, name, done, stop);
          }

          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
          }
        });
  }

  /** Opens a session for each holder, which then says nothing. Ends with this load. */
  void hold(List<BenchPki.Holder> holders) throws Exception {
    CountDownLatch connected = new CountDownLatch(holders.size());
    Semaphore underWay = new Semaphore(HANDSHAKES_AT_ONCE);
    for (BenchPki.Holder holder : holders) {
      if (!underWay.tryAcquire(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("sessions are not let in");
      }
      open(
          context(holder),
          new Idler(
              holder.name(),
              () -> {
                connected.countDown();
                underWay.release();
              }));
    }
    if (!connected.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException(connected.getCount() + " sessions were not let in");
    }
  }

  /** Connects, hears CONNACK, and is silent. */
  private static final class Idler extends ChannelInboundHandlerAdapter {
    private final String name;
    private final Runnable connected;

    Idler(String name, Runnable connected) {
      this.name = name;
      this.connected = connected;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(connect(name, Optional.empty()));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
      connected.run();
    }
  }

  /** PUBACKs a second over one connection for each holder. */
  double publishes(List<BenchPki.Holder> holders, int seconds) throws Exception {
    LongAdder acknowledged = new LongAdder();
    CountDownLatch connected = new CountDownLatch(holders.size());
    List<Channel> channels =
        holders.stream()
            .map(holder ->
                open(
                    context(holder),
                    new WindowPublisher(
                        connect(holder.name(), credential),
                        new QosOneMessage(holder.name()),
                        connected,
                        acknowledged)))
            .toList();
    if (!connected.await(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException(connected.getCount() + " publishers were not let in");
    }
    TimeUnit.SECONDS.sleep(1);
    long before = acknowledged.sum();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double rate = (acknowledged.sum() - before) / ((System.nanoTime() - start) / 1e9);
    channels.forEach(Channel::close);
    TimeUnit.MILLISECONDS.sleep(500);
    return rate;
  }

  /**
   * How long each message takes to its PUBACK, in nanoseconds, at a steady rate over all holders.
   *
   * @param rate messages a second
   */
  long[] roundTrips(List<BenchPki.Holder> holders, double rate, int seconds) throws Exception {
    CountDownLatch connected = new CountDownLatch(holders.size());
    long interval = (long) (1e9 * holders.size() / rate);
    Map<PacedPublisher, Channel> open = new HashMap<>();
    for (BenchPki.Holder holder : holders) {
      PacedPublisher publisher =
          new PacedPublisher(
              connect(holder.name(), credential),
              new QosOneMessage(holder.name()),
              interval,
              connected);
      open.put(publisher, open(context(holder), publisher));
    }
    if (!connected.await(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException(connected.getCount() + " publishers were not let in");
    }
    TimeUnit.SECONDS.sleep(1);
    List<long[]> _ = taken(open);
    TimeUnit.SECONDS.sleep(seconds);
    List<long[]> all = taken(open);
    open.values().forEach(Channel::close);
    TimeUnit.MILLISECONDS.sleep(500);
    return all.stream().flatMapToLong(LongStream::of).sorted().toArray();
  }

  private static List<long[]> taken(Map<PacedPublisher, Channel> open) throws Exception {
    List<long[]> all = new ArrayList<>();
    for (Map.Entry<PacedPublisher, Channel> each : open.entrySet()) {
      all.add(each.getValue().eventLoop().submit(() -> each.getKey().take()).get());
    }
    return all;
  }

  private Channel open(Optional<SslContext> context, ChannelInboundHandlerAdapter handler) {
    return new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                context.ifPresent(
                    over -> channel.pipeline().addLast(over.newHandler(channel.alloc())));
                channel.pipeline().addLast(handler);
              }
            })
        .connect("127.0.0.1", port)
        .channel();
  }

  private Optional<SslContext> context(BenchPki.Holder holder) {
    return tls.map(pki -> context(pki, holder));
  }

  private static SslContext context(BenchPki pki, BenchPki.Holder holder) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.OPENSSL)
          .protocols("TLSv1.3")
          .option(OpenSslContextOption.GROUPS, new String[] {"X25519"})
          .endpointIdentificationAlgorithm("")
          .trustManager(pki.root())
          .keyManager(holder.key(), holder.certificate())
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  /** A CONNECT of MQTT 3.1.1 with a clean session and the longest keep-alive. */
  private static ByteBuf connect(String name, Optional<Upstream.Credential> credential) {
    ByteBuf rest = Unpooled.buffer().writeBytes(PROTOCOL).writeByte(4);
    rest.writeByte(credential.isPresent() ? 0xC2 : 2).writeShort(KEEP_ALIVE);
    text(rest, name);
    credential.ifPresent(known -> {
      text(rest, known.user());
      text(rest, known.password());
    });
    return Unpooled.wrappedBuffer(
        Unpooled.wrappedBuffer(new byte[] {0x10, (byte) rest.readableBytes()}), rest);
  }

  private static void text(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
