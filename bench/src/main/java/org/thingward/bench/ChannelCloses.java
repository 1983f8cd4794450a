package org.thingward.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The reference for a cut: a channel closed in process, until its peer's socket reads the end. */
final class ChannelCloses {
  private ChannelCloses() {}

  /** Nanoseconds of each close. */
  static double[] measure(int warmUp, int count) throws Exception {
    BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    double[] nanos = new double[count];
    try (ExecutorService closer = Executors.newSingleThreadExecutor()) {
      int port = listen(loops, accepted);
      for (int i = -warmUp; i < count; i++) {
        double took = one(port, accepted, closer);
        if (i >= 0) {
          nanos[i] = took;
        }
      }
    } finally {
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
    return nanos;
  }

  private static double one(int port, BlockingQueue<Channel> accepted, ExecutorService closer)
      throws Exception {
    try (Socket peer = new Socket("127.0.0.1", port)) {
      Channel channel = accepted.take();
      InputStream in = peer.getInputStream();
      Future<Long> closed =
          closer.submit(() -> {
            long start = System.nanoTime();
            channel.close();
            return start;
          });
      int end = in.read();
      long seen = System.nanoTime();
      if (end >= 0) {
        throw new IllegalStateException("the channel spoke instead of closing");
      }
      return seen - closed.get();
    }
  }

  private static int listen(EventLoopGroup loops, BlockingQueue<Channel> accepted) {
    Channel listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                  }
                })
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }
}
