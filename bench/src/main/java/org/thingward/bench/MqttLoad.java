package org.thingward.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;

/** Load over mutual TLS on one port: full handshakes to CONNACK, or QoS 1 messages in a window. */
final class MqttLoad implements AutoCloseable {
  private static final int WINDOW = 20;
  private static final int PAYLOAD = 100;
  private static final int HANDSHAKES_AT_ONCE = 50;
  private static final int PUBACK_BYTES = 4;
  private static final byte[] PROTOCOL = {0, 4, 'M', 'Q', 'T', 'T'};

  private final int port;
  private final BenchPki pki;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  MqttLoad(BenchPki pki, int port) {
    this.pki = pki;
    this.port = port;
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

  private void again(SslContext context, String name, LongAdder done, AtomicBoolean stop) {
    if (stop.get()) {
      return;
    }
    open(
        context,
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(connect(name));
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
      ctx.writeAndFlush(connect(name));
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
            .map(holder -> open(context(holder), new Publisher(holder, connected, acknowledged)))
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

  private static final class Publisher extends ChannelInboundHandlerAdapter {
    private final String name;
    private final CountDownLatch connected;
    private final LongAdder acknowledged;
    private final byte[] message;
    private final int idAt;
    private boolean open;
    private int pending;
    private int id;

    Publisher(BenchPki.Holder holder, CountDownLatch connected, LongAdder acknowledged) {
      this.name = holder.name();
      this.connected = connected;
      this.acknowledged = acknowledged;
      byte[] topic = ("t/" + name + "/x").getBytes(StandardCharsets.UTF_8);
      int length = 2 + topic.length + 2 + PAYLOAD;
      ByteBuf out = Unpooled.buffer();
      out.writeByte(0x32).writeByte(length & 0x7F | (length > 0x7F ? 0x80 : 0));
      if (length > 0x7F) {
        out.writeByte(length >> 7);
      }
      out.writeShort(topic.length).writeBytes(topic);
      this.idAt = out.writerIndex();
      this.message = ByteBufUtil.getBytes(out.writeZero(2 + PAYLOAD));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(connect(name));
    }

    /** Counts bytes: after the CONNACK all that comes is PUBACKs of four bytes. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      int size = bytes.readableBytes();
      bytes.release();
      if (!open) {
        open = true;
        connected.countDown();
        fill(ctx, WINDOW);
        return;
      }
      int acks = (pending + size) / PUBACK_BYTES;
      pending = (pending + size) % PUBACK_BYTES;
      acknowledged.add(acks);
      fill(ctx, acks);
    }

    private void fill(ChannelHandlerContext ctx, int messages) {
      if (messages == 0) {
        return;
      }
      ByteBuf out = ctx.alloc().directBuffer(messages * message.length);
      for (int i = 0; i < messages; i++) {
        id = id % 65_535 + 1;
        int at = out.writerIndex();
        out.writeBytes(message).setShort(at + idAt, id);
      }
      ctx.writeAndFlush(out, ctx.voidPromise());
    }
  }

  private Channel open(SslContext context, ChannelInboundHandlerAdapter handler) {
    return new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(context.newHandler(channel.alloc()), handler);
              }
            })
        .connect("127.0.0.1", port)
        .channel();
  }

  private SslContext context(BenchPki.Holder holder) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.OPENSSL)
          .protocols("TLSv1.3")
          .endpointIdentificationAlgorithm("")
          .trustManager(pki.root())
          .keyManager(holder.key(), holder.certificate())
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  /** A CONNECT of MQTT 3.1.1 with a clean session and a keep-alive of a minute. */
  private static ByteBuf connect(String name) {
    byte[] id = name.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = Unpooled.buffer();
    out.writeByte(0x10).writeByte(PROTOCOL.length + 4 + 2 + id.length).writeBytes(PROTOCOL);
    return out.writeByte(4).writeByte(2).writeShort(60).writeShort(id.length).writeBytes(id);
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
