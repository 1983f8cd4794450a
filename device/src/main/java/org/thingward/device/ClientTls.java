package org.thingward.device;

import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * How a client shows itself and what it trusts: TLS 1.3, the server checked against given roots
 * alone, never against those of the machine.
 */
public final class ClientTls {
  private static final String HYBRID = "X25519MLKEM768";
  private static final char[] NO_PASSWORD = new char[0];

  private final List<X509Certificate> authorities;
  private final Optional<Credential> credential;
  private final List<String> groups;

  private ClientTls(
      List<X509Certificate> authorities, Optional<Credential> credential, List<String> groups) {
    this.authorities = List.copyOf(authorities);
    this.credential = credential;
    this.groups = groups;
  }

  /** Presents {@code credential}; offers the hybrid key exchange first, X25519 and P-256 after. */
  public static ClientTls of(Credential credential) {
    return new ClientTls(
        credential.authorities(), Optional.of(credential), List.of(HYBRID, "X25519", "P-256"));
  }

  /** Presents no certificate. */
  public static ClientTls anonymous(List<X509Certificate> authorities) {
    return new ClientTls(authorities, Optional.empty(), List.of(HYBRID, "X25519", "P-256"));
  }

  /**
   * The same, offering X25519MLKEM768 alone over MQTT: a handshake that succeeds has used it. HTTPS
   * is not touched, because the JDK's own TLS has it only from version 27.
   */
  public ClientTls hybridOnly() {
    return new ClientTls(authorities, credential, List.of(HYBRID));
  }

  SslContext forMqtt() {
    try {
      if (credential.filter(own -> own.key() instanceof TpmKey).isPresent()) {
        // By the JDK's TLS, which has no hybrid groups yet: BoringSSL wants the key itself.
        return SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .trustManager(authorities.toArray(X509Certificate[]::new))
            .keyManager(new OneKey(credential.get()))
            .build();
      }
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.OPENSSL)
              .protocols("TLSv1.3")
              .option(OpenSslContextOption.GROUPS, groups.toArray(String[]::new))
              .trustManager(authorities.toArray(X509Certificate[]::new));
      credential.ifPresent(
          own -> builder.keyManager(own.key(), own.chain().toArray(X509Certificate[]::new)));
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("this credential is not usable: " + e.getMessage(), e);
    }
  }

  /** For {@link java.net.http.HttpClient}. */
  public SSLContext forHttps() {
    try {
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trustStore());
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("this credential is not usable: " + e.getMessage(), e);
    }
  }

  private KeyStore trustStore() throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    return store;
  }

  private KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
    if (credential.isEmpty()) {
      return new KeyManager[0];
    }
    Credential own = credential.get();
    if (own.key() instanceof TpmKey) {
      return new KeyManager[] {new OneKey(own)};
    }
    KeyStore store = emptyStore();
    store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, NO_PASSWORD);
    return keys.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
