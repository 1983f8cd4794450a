package org.thingward.platform;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/** A TLS context that follows its server's credential: new connections get the newest. */
final class RotatingSslContext extends SslContext {
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

  private SslContext current() {
    ServerCredential newest = credentials.get();
    Built now = built;
    return now.credential().equals(newest) ? now.context() : rebuilt(newest);
  }

  private synchronized SslContext rebuilt(ServerCredential newest) {
    if (!built.credential().equals(newest)) {
      built = new Built(newest, build.apply(newest));
    }
    return built.context();
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
    return current().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return current().newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current().sessionContext();
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls) {
    return current().newHandler(allocator);
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor executor) {
    return current().newHandler(allocator, executor);
  }
}
