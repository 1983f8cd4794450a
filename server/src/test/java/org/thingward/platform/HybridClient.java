package org.thingward.platform;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.function.Function;
import javax.net.ssl.SSLSession;

/** A BoringSSL client that offers exactly the groups it is told to. */
final class HybridClient {
  private HybridClient() {}

  /** The protocol negotiated when only {@code group} is offered. */
  static String handshake(int port, X509Certificate authority, String group) throws Exception {
    return connect(port, authority, group, SSLSession::getProtocol);
  }

  /** The certificate that the server shows. */
  static X509Certificate served(int port, X509Certificate authority) throws Exception {
    return connect(
        port,
        authority,
        "X25519MLKEM768",
        session -> {
          try {
            return (X509Certificate) session.getPeerCertificates()[0];
          } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static <T> T connect(
      int port, X509Certificate authority, String group, Function<SSLSession, T> question)
      throws Exception {
    SslContext context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3")
            .option(OpenSslContextOption.GROUPS, new String[] {group})
            .trustManager(authority)
            .build();
    var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Channel channel =
          new Bootstrap()
              .group(loop)
              .channel(NioSocketChannel.class)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                      opened
                          .pipeline()
                          .addLast(context.newHandler(ByteBufAllocator.DEFAULT, "localhost", port));
                    }
                  })
              .connect("127.0.0.1", port)
              .sync()
              .channel();
      SslHandler handler = channel.pipeline().get(SslHandler.class);
      handler.handshakeFuture().sync();
      T answer = question.apply(handler.engine().getSession());
      channel.close().sync();
      return answer;
    } finally {
      loop.shutdownGracefully();
    }
  }
}
