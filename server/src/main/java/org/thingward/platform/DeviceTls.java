package org.thingward.platform;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * TLS of the device plane: BoringSSL, TLS 1.3 (1.2 by option), keys agreed as the {@link
 * CryptoProfile} has it. A client certificate that does not verify ends the handshake. No early
 * data, no renegotiation; both are off in BoringSSL's server and stay off (rule G10).
 */
public final class DeviceTls {
  private final PeerIdentity identity;
  private final Supplier<ServerCredential> credentials;
  private final boolean allowTls12;
  private final CryptoProfile crypto;
  private final Time time;
  private final VerifiedChains verified = new VerifiedChains();

  /**
   * TLS for the device listeners.
   *
   * @param credentials the server's credential of the moment; asked at each new connection, so it
   *     must answer at once
   * @param allowTls12 true to accept TLS 1.2 too, for devices that know no better
   */
  public DeviceTls(
      PeerIdentity identity,
      Supplier<ServerCredential> credentials,
      boolean allowTls12,
      Time time) {
    this(identity, credentials, allowTls12, CryptoProfile.HYBRID, time);
  }

  /** As above, by another profile than the hybrid one. */
  public DeviceTls(
      PeerIdentity identity,
      Supplier<ServerCredential> credentials,
      boolean allowTls12,
      CryptoProfile crypto,
      Time time) {
    this.crypto = crypto;
    this.identity = identity;
    this.credentials = credentials;
    this.allowTls12 = allowTls12;
    this.time = time;
  }

  /** Loads BoringSSL, which takes a moment and needs nothing else; true if it did load. */
  public static boolean load() {
    return OpenSsl.isAvailable();
  }

  /**
   * A server's context that follows the credential and the authorities as they change.
   *
   * @param clients whether a client certificate is asked for, or demanded
   * @param alpn the application protocols, best first; none for no negotiation
   */
  public SslContext context(ClientAuth clients, String... alpn) {
    return new RotatingSslContext(credentials, credential -> build(credential, clients, alpn));
  }

  /** As {@link #context}; {@code exporter} hears what its connections are bound by. */
  SslContext context(ClientAuth clients, TlsExporter exporter) {
    return new RotatingSslContext(
        credentials,
        credential -> {
          SslContext built = build(credential, clients);
          exporter.watch(built);
          return built;
        });
  }

  /**
   * Whom the certificate of this session names; empty if none was presented. Whether it holds is
   * asked anew, because a resumed session brings its certificate from before (rule G10). To be
   * called on a virtual thread.
   *
   * @throws Problem 403 if the certificate names no subject of ours, or does not hold any more
   */
  public Optional<Peer> peerOf(SSLSession session) {
    List<X509Certificate> chain = presented(session);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(identity.identify(held(chain)));
  }

  private VerifiedChain held(List<X509Certificate> chain) {
    try {
      return verified.verify(chain, identity.authorities(), time.now());
    } catch (CertificateException e) {
      throw new Problem(
          403, "certificate-invalid", "Your certificate does not hold any more: " + e.getMessage());
    }
  }

  private static List<X509Certificate> presented(SSLSession session) {
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : session.getPeerCertificates()) {
        chain.add((X509Certificate) certificate);
      }
      return chain;
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  private SslContext build(ServerCredential credential, ClientAuth clients, String... alpn) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(
                  credential.key(), credential.chain().toArray(X509Certificate[]::new))
              .sslProvider(SslProvider.OPENSSL)
              .protocols(
                  allowTls12 ? new String[] {"TLSv1.3", "TLSv1.2"} : new String[] {"TLSv1.3"})
              .option(OpenSslContextOption.GROUPS, crypto.groups().toArray(String[]::new))
              .enableOcsp(OpenSsl.isOcspSupported())
              .clientAuth(clients)
              .trustManager(new ClientTrust(verified, identity::authorities, time));
      if (alpn.length > 0) {
        builder.applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                alpn));
      }
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }
}
