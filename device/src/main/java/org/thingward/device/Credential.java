package org.thingward.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.thingward.trust.Digest;

/**
 * What a device proves itself with, and what it checks the server by.
 *
 * @param key the private key
 * @param chain its certificate first, then the authorities above it
 * @param authorities the roots that the server must stand under
 */
public record Credential(
    PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {
  public Credential {
    chain = List.copyOf(chain);
    authorities = List.copyOf(authorities);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a credential has a certificate");
    }
  }

  /** The device's own certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Its name in decisions: the SHA-256 of its DER form. */
  public Digest digest() {
    return digest(certificate());
  }

  static Digest digest(X509Certificate certificate) {
    return Digest.of(der(certificate));
  }

  /**
   * Writes {@code <name>.key} (mode 0600), {@code <name>.pem} (the chain) and {@code ca.pem} into a
   * folder, in the form that openssl, curl and mosquitto read.
   */
  public void save(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Path keyFile = folder.resolve(name + ".key");
    Files.deleteIfExists(keyFile);
    Files.createFile(
        keyFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(folder.resolve(name + ".pem"), pem(chain));
    Files.writeString(folder.resolve("ca.pem"), pem(authorities));
  }

  private static String pem(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    certificates.forEach(certificate -> text.append(pem("CERTIFICATE", der(certificate))));
    return text.toString();
  }

  private static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, lines.encodeToString(der), label);
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate without a DER form", e);
    }
  }

  /** Does not show the key. */
  @Override
  public String toString() {
    return "Credential[" + certificate().getSubjectX500Principal() + ", " + digest().brief() + "…]";
  }
}
