package org.thingward.platform;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.KeyLogCallback;
import io.netty.internal.tcnative.SSLContext;
import io.netty.util.AttributeKey;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out the {@link ChannelBinding} of each connection of a listener.
 *
 * <p>BoringSSL tells the secrets of a handshake to who asks for a key log. Of these the exporter's
 * is taken, and the binding worked out of it at once (RFC 8446 §7.5); nothing else is kept, and
 * each line is wiped. A connection of TLS 1.2 has no such secret, and no binding.
 */
final class TlsExporter implements KeyLogCallback {
  private static final Logger LOG = LoggerFactory.getLogger(TlsExporter.class);
  private static final AttributeKey<Found> FOUND = AttributeKey.valueOf(TlsExporter.class, "found");
  private static final byte[] EXPORTER = "EXPORTER_SECRET ".getBytes(StandardCharsets.US_ASCII);
  private static final String UNTOLD =
      "this TLS library tells no exporter of its connections: no request over EST that is linked to"
          + " one is taken";
  private static final String LABEL = "EXPORTER-Channel-Binding";

  /** By the address of the connection's state in BoringSSL, while the connection is open. */
  private final Map<Long, Found> open = new ConcurrentHashMap<>();

  /** What was found out of one connection. */
  private static final class Found {
    private volatile Optional<ChannelBinding> binding = Optional.empty();
  }

  /** Has connections of this context tell it; those of one that cannot have no binding. */
  void watch(SslContext context) {
    try {
      if (context instanceof ReferenceCountedOpenSslContext own
          && SSLContext.setKeyLogCallback(address(own), this)) {
        return;
      }
      LOG.error(UNTOLD);
    } catch (IllegalStateException e) {
      LOG.error(UNTOLD, e);
    }
  }

  /**
   * What tcnative knows the context by. Netty gives it to its heirs alone; that it is what it was
   * is seen by what it leads to, for native code takes any number for an address.
   */
  private static long address(ReferenceCountedOpenSslContext context) {
    try {
      long address =
          (long)
              MethodHandles.privateLookupIn(
                      ReferenceCountedOpenSslContext.class, MethodHandles.lookup())
                  .findGetter(ReferenceCountedOpenSslContext.class, "ctx", long.class)
                  .invokeExact(context);
      if (address != 0 && SSLContext.getSslCtx(address) == context.sslCtxPointer()) {
        return address;
      }
      throw new IllegalStateException("Netty keeps something else where tcnative's context was");
    } catch (Throwable e) {
      throw new IllegalStateException("this Netty does not say what tcnative knows it by", e);
    }
  }

  /** To be called for each connection before its handshake. */
  void expect(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null || !(handler.engine() instanceof ReferenceCountedOpenSslEngine engine)) {
      return;
    }
    long address = engine.sslPointer();
    Found found = new Found();
    channel.attr(FOUND).set(found);
    open.put(address, found);
    // By then the address may be another connection's already.
    channel.closeFuture().addListener(closed -> open.remove(address, found));
  }

  /** That of a connection whose handshake is over; empty if it has none. */
  static Optional<ChannelBinding> of(Channel channel) {
    Found found = channel.attr(FOUND).get();
    return found == null ? Optional.empty() : found.binding;
  }

  /** Called by BoringSSL within the handshake: what it throws would end in native code. */
  @Override
  public void handle(long address, byte[] line) {
    Found found = open.get(address);
    try {
      if (found != null && startsWith(line, EXPORTER)) {
        found.binding = Optional.of(binding(secret(line)));
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      LOG.error("the channel binding of a connection could not be worked out", e);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  private static boolean startsWith(byte[] line, byte[] beginning) {
    return line.length >= beginning.length
        && Arrays.equals(line, 0, beginning.length, beginning, 0, beginning.length);
  }

  /** The last of a line's words, which is in hexadecimal. */
  private static byte[] secret(byte[] line) {
    int from = line.length;
    while (line[from - 1] != ' ') {
      from--;
    }
    byte[] secret = new byte[(line.length - from) / 2];
    for (int i = 0; i < secret.length; i++) {
      int high = HexFormat.fromHexDigit(line[from + 2 * i]);
      secret[i] = (byte) (high << 4 | HexFormat.fromHexDigit(line[from + 2 * i + 1]));
    }
    return secret;
  }

  /** The exporter of RFC 8446 §7.5, of no context, by the hash that the secret is as long as. */
  static ChannelBinding binding(byte[] secret) throws GeneralSecurityException {
    String hash = secret.length == 48 ? "384" : "256";
    byte[] ofNothing = MessageDigest.getInstance("SHA-" + hash).digest();
    KDF hkdf = KDF.getInstance("HKDF-SHA" + hash);
    byte[] own = expanded(hkdf, secret, LABEL, ofNothing, ofNothing.length);
    Arrays.fill(secret, (byte) 0);
    byte[] value = expanded(hkdf, own, "exporter", ofNothing, ChannelBinding.BYTES);
    Arrays.fill(own, (byte) 0);
    return new ChannelBinding(value);
  }

  /** HKDF-Expand-Label. */
  private static byte[] expanded(KDF hkdf, byte[] secret, String label, byte[] context, int length)
      throws GeneralSecurityException {
    byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
    byte[] info =
        ByteBuffer.allocate(2 + 1 + name.length + 1 + context.length)
            .putShort((short) length)
            .put((byte) name.length)
            .put(name)
            .put((byte) context.length)
            .put(context)
            .array();
    return hkdf.deriveData(
        HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "Generic"), info, length));
  }
}
