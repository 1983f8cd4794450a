package org.thingward.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Subject;

class TlsTest extends OverMosquitto {
  private static String openssl(int port, Path identity, String... arguments) throws Exception {
    // A ping, which no broker answers before a CONNECT: the gateway closes.
    return openssl(port, identity, new byte[] {(byte) 0xc0, 0}, arguments);
  }

  private static String openssl(int port, Path identity, byte[] says, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect"));
    command.addAll(
        List.of("127.0.0.1:" + port, "-CAfile", identity.resolve("root.pem").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().write(says);
      process.getOutputStream().flush();
    } catch (IOException refusedAlready) {
      // What it printed tells why.
    }
    return Clients.finish(process).output();
  }

  private String[] with(Path identity, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("-cert", identity.resolve("cert.pem").toString()));
    all.addAll(List.of("-key", identity.resolve("key.pem").toString()));
    return all.toArray(String[]::new);
  }

  @Test
  void tls_1_3_with_a_certificate_is_spoken() throws Exception {
    Path pump = house.pki.write(house.device("pump-1"), folder.resolve("pump-1"));
    assertThat(openssl(house.port, pump, with(pump))).contains("TLSv1.3", "Verify return code: 0");
  }

  @Test
  void tls_1_2_is_refused_unless_it_was_allowed() throws Exception {
    Path pump = house.pki.write(house.device("pump-2"), folder.resolve("pump-2"));
    assertThat(openssl(house.port, pump, with(pump, "-tls1_2"))).contains("alert protocol version");
    try (House old = new House(broker.upstream(), Limits.defaults(), true)) {
      Path meter = old.pki.write(old.device("meter"), folder.resolve("meter"));
      assertThat(openssl(old.port, meter, with(meter, "-tls1_2")))
          .contains("TLSv1.2", "Verify return code: 0");
    }
  }

  @Test
  void no_certificate_is_refused() throws Exception {
    Path pump = house.pki.write(house.device("pump-3"), folder.resolve("pump-3"));
    assertThat(openssl(house.port, pump)).contains("certificate required");
  }

  @Test
  void a_certificate_of_another_authority_is_refused() throws Exception {
    TestPki others = new TestPki();
    Path thief = others.write(others.client(Subject.device("pump-4")), folder.resolve("thief"));
    house.device("pump-4");
    assertThat(openssl(house.port, thief, with(thief))).contains("alert");
    assertThat(house.trust.decisions()).isZero();
  }

  @Test
  void G10_a_resumed_tls_session_carries_its_certificate_and_is_decided_afresh() {
    TestPki.Holder pump = house.device("pump-6");
    SSLContext remembering = house.pki.context(pump);
    long handshake;
    try (RawClient first = RawClient.open(remembering, house.port)) {
      handshake = first.handshakeAt();
      first.connect5("pump-6").ping().send("e000");
    }
    int decisions = house.trust.decisions();
    try (RawClient resumed = RawClient.open(remembering, house.port)) {
      assertThat(resumed.handshakeAt()).as("resumed").isEqualTo(handshake);
      resumed.connect5("pump-6").ping();
      assertThat(house.trust.decisions()).isEqualTo(decisions + 1);
    }
    try (RawClient resumed = RawClient.open(remembering, house.port)) {
      resumed.send(RawClient.connect(5, 2, 60, "pump-7", "", ""));
      assertThat(resumed.next()).startsWith("20").contains("0085");
    }
    house.trust.distrust(Subject.device("pump-6"));
    try (RawClient resumed = RawClient.open(remembering, house.port)) {
      resumed.send(RawClient.connect(5, 2, 60, "pump-6", "", ""));
      assertThat(resumed.next()).startsWith("20").contains("0087");
    }
  }

  @Test
  void G10_a_tls_session_is_resumed_no_longer_than_its_certificate_holds() {
    SSLContext remembering = house.pki.context(house.device("pump-8"));
    long handshake;
    try (RawClient first = RawClient.open(remembering, house.port)) {
      handshake = first.handshakeAt();
      first.connect5("pump-8").ping();
    }
    int decisions = house.trust.decisions();
    house.ahead = Duration.ofMinutes(61);
    try (RawClient resumed = RawClient.open(remembering, house.port)) {
      assertThat(resumed.handshakeAt()).as("resumed").isEqualTo(handshake);
      resumed.send(RawClient.connect(5, 2, 60, "pump-8", "", ""));
      assertThat(resumed.next())
          .startsWith("20")
          .contains("0087", RawClient.hex("does not hold any more"));
    }
    assertThat(house.trust.decisions()).isEqualTo(decisions);
  }

  @Test
  void G10_early_data_is_neither_offered_nor_sent() throws Exception {
    Path pump = house.pki.write(house.device("pump-9"), folder.resolve("pump-9"));
    Path session = folder.resolve("session.pem");
    Path early =
        Files.write(folder.resolve("early"), RawClient.connect(5, 2, 60, "pump-9", "", ""));
    String first = openssl(house.port, pump, with(pump, "-sess_out", session.toString()));
    assertThat(first).contains("Verify return code: 0");
    assertThat(session).as("a session that can be resumed").isNotEmptyFile();
    int decisions = house.trust.decisions();
    String second =
        openssl(
            house.port,
            pump,
            with(pump, "-sess_in", session.toString(), "-early_data", early.toString()));
    assertThat(second)
        .contains("Reused, TLSv1.3", "Max Early Data: 0")
        .contains("Early data was not sent")
        .doesNotContain("Early data was accepted");
    assertThat(house.trust.decisions()).as("decisions on it").isEqualTo(decisions);
  }

  @Test
  void G10_renegotiation_is_refused() throws Exception {
    try (House old = new House(broker.upstream(), Limits.defaults(), true)) {
      Path meter = old.pki.write(old.device("meter-2"), folder.resolve("meter-2"));
      String output = openssl(old.port, meter, "R\n".getBytes(US_ASCII), with(meter, "-tls1_2"));
      assertThat(output).contains("TLSv1.2", "RENEGOTIATING");
      assertThat(output).containsIgnoringCase("no renegotiation");
    }
  }

  @Test
  void X25519MLKEM768_is_negotiated_with_a_client_that_offers_nothing_else() throws Exception {
    TestPki.Holder pump = house.device("pump-5");
    SslContext context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3")
            .option(OpenSslContextOption.GROUPS, new String[] {"X25519MLKEM768"})
            .trustManager(house.pki.root())
            .keyManager(pump.key(), pump.certificate())
            .build();
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Channel channel =
          new Bootstrap()
              .group(loop)
              .channel(NioSocketChannel.class)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                      made.pipeline()
                          .addLast(
                              context.newHandler(made.alloc(), "127.0.0.1", house.port),
                              new FirstByteOf(answer));
                    }
                  })
              .connect("127.0.0.1", house.port)
              .sync()
              .channel();
      channel.writeAndFlush(Unpooled.wrappedBuffer(RawClient.connect(5, 2, 60, "pump-5", "", "")));
      assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(0x20);
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private static final class FirstByteOf extends SimpleChannelInboundHandler<ByteBuf> {
    private final CompletableFuture<Integer> answer;

    FirstByteOf(CompletableFuture<Integer> answer) {
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      answer.complete((int) bytes.getByte(bytes.readerIndex()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      answer.completeExceptionally(cause);
    }
  }
}
