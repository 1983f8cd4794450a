package org.thingward.app;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of the operator listener, as Tomcat takes it: any client certificate is accepted, since with
 * it a client proves that it holds a key, and nothing more. No authority is trusted, no name is
 * read, no date is looked at; which keys open something is asked later (rule O1).
 *
 * <p>Clients are told the name of the bootstrap certificate's issuer, so that browsers do not ask
 * their users for certificates that are meant for others.
 */
final class ProvenKeyTls implements org.apache.tomcat.util.net.SSLContext {
  private final SSLContext context;
  private final X509Certificate[] chain;
  private final X509Certificate[] told;

  /**
   * Of the listener's own key.
   *
   * @param own holds it, as its one entry
   * @param told a certificate of the issuer that clients are told of
   */
  ProvenKeyTls(KeyStore own, String password, X509Certificate told, SecureRandom random) {
    this.told = new X509Certificate[] {told};
    try {
      String alias = own.aliases().nextElement();
      this.chain = new X509Certificate[] {(X509Certificate) own.getCertificate(alias)};
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(own, password.toCharArray());
      this.context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), new TrustManager[] {new AnyKey()}, random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the operator listener's credential does not load", e);
    }
  }

  /** Accepts each certificate: that its key was used is checked by the handshake itself. */
  private final class AnyKey extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] presented, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] presented, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] presented, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] presented, String type)
        throws CertificateException {
      throw new CertificateException("a listener trusts no server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] presented, String type, Socket socket)
        throws CertificateException {
      checkServerTrusted(presented, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] presented, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(presented, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return told.clone();
    }
  }

  @Override
  public void init(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) {
    // It is what it was made to be.
  }

  @Override
  public void destroy() {}

  @Override
  public SSLSessionContext getServerSessionContext() {
    return context.getServerSessionContext();
  }

  @Override
  public SSLEngine createSSLEngine() {
    return context.createSSLEngine();
  }

  @Override
  public SSLServerSocketFactory getServerSocketFactory() {
    return context.getServerSocketFactory();
  }

  @Override
  public SSLParameters getSupportedSSLParameters() {
    return context.getSupportedSSLParameters();
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.clone();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return told.clone();
  }
}
