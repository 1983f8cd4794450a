package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** What each crypto profile agrees keys in, with clients that offer one group alone. */
class DeviceTlsGroupsTest {
  private final TestAuthority authority = new TestAuthority("groups");

  @Test
  void pq_agrees_keys_with_ml_kem_or_not_at_all() throws Exception {
    assertThat(agrees(CryptoProfile.PQ, "X25519MLKEM768")).isTrue();
    assertThatThrownBy(() -> agrees(CryptoProfile.PQ, "X25519")).isInstanceOf(SSLException.class);
  }

  @Test
  void classic_never_does() throws Exception {
    assertThat(agrees(CryptoProfile.CLASSIC, "X25519")).isTrue();
    assertThat(agrees(CryptoProfile.CLASSIC, "P-256")).isTrue();
    assertThatThrownBy(() -> agrees(CryptoProfile.CLASSIC, "X25519MLKEM768"))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void hybrid_does_with_who_can() throws Exception {
    for (String group : new String[] {"X25519MLKEM768", "X25519", "P-256"}) {
      assertThat(agrees(CryptoProfile.HYBRID, group)).as(group).isTrue();
    }
  }

  private boolean agrees(CryptoProfile profile, String group) throws Exception {
    ServerCredential credential = authority.server();
    DeviceTls tls = new DeviceTls(authority, () -> credential, false, profile, Time.ofMachine());
    SslContext client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3")
            .option(OpenSslContextOption.GROUPS, new String[] {group})
            .trustManager(authority.certificate())
            .endpointIdentificationAlgorithm(null)
            .build();
    SSLEngine theirs = client.newEngine(ByteBufAllocator.DEFAULT);
    SSLEngine ours = tls.context(ClientAuth.NONE).newEngine(ByteBufAllocator.DEFAULT);
    try {
      return handshake(theirs, ours);
    } finally {
      ReferenceCountUtil.release(theirs);
      ReferenceCountUtil.release(ours);
    }
  }

  /** Carries bytes to and fro until both are done; false if they stop before. */
  private static boolean handshake(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    for (int round = 0; round < 50; round++) {
      pass(client, toServer, toClient);
      pass(server, toClient, toServer);
      if (isDone(client) && isDone(server)) {
        return true;
      }
    }
    return false;
  }

  private static void pass(SSLEngine from, ByteBuffer out, ByteBuffer in) throws SSLException {
    ByteBuffer nothing = ByteBuffer.allocate(1 << 15);
    in.flip();
    while (in.hasRemaining() && from.unwrap(in, nothing).bytesConsumed() > 0) {
      runTasks(from);
    }
    in.compact();
    while (from.wrap(ByteBuffer.allocate(0), out).bytesProduced() > 0) {
      runTasks(from);
    }
  }

  private static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && !"NONE".equals(engine.getSession().getProtocol());
  }
}
