package org.thingward.platform;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TLS context that follows its server's credential: new connections get the newest, and clients
 * that ask for its status get the OCSP answer of the moment in the handshake.
 */
final class RotatingSslContext extends SslContext {
  private static final Logger LOG = LoggerFactory.getLogger(RotatingSslContext.class);

  private record Built(ServerCredential credential, SslContext context) {}

  private final Supplier<ServerCredential> credentials;
  private final Function<ServerCredential, SslContext> build;
  private volatile Built built;

  RotatingSslContext(
      Supplier<ServerCredential> credentials, Function<ServerCredential, SslContext> build) {
    this.credentials = credentials;
    this.build = build;
    ServerCredential first = credentials.get();
    this.built = new Built(first, build.apply(first));
  }

  private Built current() {
    ServerCredential newest = credentials.get();
    Built now = built;
    return now.credential().equals(newest) ? now : rebuilt(newest);
  }

  private synchronized Built rebuilt(ServerCredential newest) {
    if (!built.credential().equals(newest)) {
      built = new Built(newest, build.apply(newest));
    }
    return built;
  }

  /** Without an answer the handshake goes on: who insists on one ends it. */
  private static void staple(SSLEngine engine, ServerCredential credential) {
    if (!(engine instanceof ReferenceCountedOpenSslEngine open) || !OpenSsl.isOcspSupported()) {
      return;
    }
    try {
      byte[] answer = credential.staple().get();
      if (answer.length > 0) {
        open.setOcspResponse(answer);
      }
    } catch (RuntimeException e) {
      LOG.error("the OCSP answer about this server's certificate could not be made", e);
    }
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public List<String> cipherSuites() {
    return built.context().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation")
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return built.context().applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    Built now = current();
    SSLEngine engine = now.context().newEngine(allocator);
    staple(engine, now.credential());
    return engine;
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    Built now = current();
    SSLEngine engine = now.context().newEngine(allocator, peerHost, peerPort);
    staple(engine, now.credential());
    return engine;
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current().context().sessionContext();
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls) {
    Built now = current();
    SslHandler handler = now.context().newHandler(allocator);
    staple(handler.engine(), now.credential());
    return handler;
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor executor) {
    Built now = current();
    SslHandler handler = now.context().newHandler(allocator, executor);
    staple(handler.engine(), now.credential());
    return handler;
  }
}
