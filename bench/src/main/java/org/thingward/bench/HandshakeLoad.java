package org.thingward.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Full TLS 1.3 handshakes with a client certificate, one after the other, never resumed. */
final class HandshakeLoad implements AutoCloseable {
  private static final int AT_ONCE = 4;

  private final SslContext context;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /** With one key exchange alone on offer. */
  HandshakeLoad(BenchPki pki, BenchPki.Holder holder, String group) throws Exception {
    this.context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3")
            .option(OpenSslContextOption.GROUPS, new String[] {group})
            .endpointIdentificationAlgorithm("")
            .trustManager(pki.root())
            .keyManager(holder.key(), holder.certificate())
            .build();
  }

  /** Makes sure that the server accepts this client: in TLS 1.3 its refusal comes afterwards. */
  void probe(int port) throws Exception {
    AtomicBoolean shaken = new AtomicBoolean();
    Channel channel = open(port, new Shaking(() -> shaken.set(true), false)).sync().channel();
    TimeUnit.SECONDS.sleep(1);
    boolean accepted = shaken.get() && channel.isActive();
    channel.close().syncUninterruptibly();
    if (!accepted) {
      throw new IllegalStateException("the server on port " + port + " refuses the handshake");
    }
  }

  /** How many handshakes were done in so many seconds. */
  long run(int port, int seconds) throws InterruptedException {
    LongAdder done = new LongAdder();
    AtomicBoolean stop = new AtomicBoolean();
    for (int i = 0; i < AT_ONCE; i++) {
      again(port, done, stop);
    }
    TimeUnit.SECONDS.sleep(seconds);
    stop.set(true);
    // What is under way ends, so that the server's work for it is counted like ours.
    TimeUnit.MILLISECONDS.sleep(300);
    return done.sum();
  }

  private void again(int port, LongAdder done, AtomicBoolean stop) {
    if (!stop.get()) {
      open(port, new Shaking(done::increment, true))
          .addListener(connect ->
              ((ChannelFuture) connect)
                  .channel()
                  .closeFuture()
                  .addListener(closed -> again(port, done, stop)));
    }
  }

  private ChannelFuture open(int port, Shaking handler) {
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
        .connect("127.0.0.1", port);
  }

  private static final class Shaking extends ChannelInboundHandlerAdapter {
    private final Runnable done;
    private final boolean closing;

    Shaking(Runnable done, boolean closing) {
      this.done = done;
      this.closing = closing;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end && end.isSuccess()) {
        done.run();
        if (closing) {
          ctx.close();
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
