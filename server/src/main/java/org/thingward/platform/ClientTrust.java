package org.thingward.platform;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Accepts a client's chain in a handshake if it verifies against the authorities of the moment. */
final class ClientTrust extends X509ExtendedTrustManager {
  private final VerifiedChains verified;
  private final Supplier<List<X509Certificate>> authorities;
  private final Time time;

  ClientTrust(VerifiedChains verified, Supplier<List<X509Certificate>> authorities, Time time) {
    this.verified = verified;
    this.authorities = authorities;
    this.time = time;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      VerifiedChain unused = verified.verify(List.of(chain), authorities.get(), time.now());
    } catch (CertificateExpiredException e) {
      throw e;
    } catch (CertificateException e) {
      // Without a code the client would hear "internal error" instead of "bad certificate".
      throw new OpenSslCertificateException(
          e.getMessage(), e, CertificateVerifier.X509_V_ERR_CERT_UNTRUSTED);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  /** None: naming authorities would tell strangers whose devices these are. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
